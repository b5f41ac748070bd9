// Where the papers have the counterpart of what a report shows: a link below each figure, and below the card's evaluations.

import type { Block } from '@nanoalign/experiments'

/** Burns et al. 2023. */
export const weakToStrongPaper = 'https://arxiv.org/pdf/2312.09390'
/** Guan et al. 2024. */
export const deliberativePaper = 'https://arxiv.org/pdf/2412.16339'
/** OpenAI 2024. */
export const learningToReason = 'https://openai.com/index/learning-to-reason-with-llms/'
/** OpenAI 2024. */
export const systemCardPaper = 'https://arxiv.org/pdf/2412.16720'

/** Radford et al. 2019. */
export const gpt2Paper =
  'https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf'
/** Vaswani et al. 2017. */
export const attentionPaper = 'https://arxiv.org/pdf/1706.03762'

const w2s = (anchor: string) => `${weakToStrongPaper}#${anchor}`
const da = (anchor: string) => `${deliberativePaper}#${anchor}`
const reasons = 'OpenAI 2024, Learning to reason with LLMs'
const roofline = ['Williams et al. 2009, Roofline', 'https://doi.org/10.1145/1498765.1498785'] as const

/** By the beginning of the figure's title, or what comes after a task's name in it. */
const places: [title: RegExp, place: string, address: string][] = [
  [/^Performance gap recovered/, 'section 3, the method and PGR', w2s('section.3')],
  [
    /^(Zero-shot, weak|Weak) supervisor, student and ceiling/,
    'section 4.2, finetuning on weak labels',
    w2s('subsection.4.2'),
  ],
  [/^All tasks: median/, 'section 4.2, figure 3: medians over the NLP tasks', w2s('subsection.4.2')],
  [
    /^By the number of weak labels/,
    'section 4.2, finetuning on weak labels; their number is not varied there',
    w2s('subsection.4.2'),
  ],
  [/^Every task and seed/, 'section 4.2, finetuning on weak labels', w2s('subsection.4.2')],
  [/^Methods/, 'section 4.3, improving on naive finetuning', w2s('subsection.4.3')],
  [
    /^(Students|PGR) (over the strong model’s pretraining|of pairs)/,
    'section 4.2, figure 3: results over the student’s pretraining compute',
    w2s('subsection.4.2'),
  ],
  [
    /^Along the student’s pretraining/,
    'section 4.2, figure 3: there over models of several sizes, here over the pretraining of one',
    w2s('subsection.4.2'),
  ],
  [/^Pretraining loss/, 'section 4.1, the pretrained models; their losses are not shown', w2s('subsection.4.1')],
  [/^Accuracy during finetuning/, 'section 5.1, imitation of the weak supervisor', w2s('subsection.5.1')],
  [
    /^(Naive students|Reward models) during/,
    'section 5.1.1, overfitting to weak supervision',
    w2s('subsubsection.5.1.1'),
  ],
  [/^Agreement with the supervisor/, 'section 5.1.2, student-supervisor agreement', w2s('subsubsection.5.1.2')],
  [/^Prompting and finetuning/, 'section 5.2.1, eliciting with prompts', w2s('subsubsection.5.2.1')],
  [/^Reward models: who has read/, 'section 5.2.2, generative supervision', w2s('subsubsection.5.2.2')],
  [/^How linear is the task/, 'section 5.2.3, finetuning makes the concept more salient', w2s('subsubsection.5.2.3')],
  [/^Supervisors that are equally often wrong/, 'appendix E, simulation difficulty', w2s('appendix.E')],
  [/^(Easy|From easy) to hard/, 'appendix C, easy-to-hard generalization', w2s('appendix.C')],
  [
    /^Right as often as they believe/,
    'Guo et al. 2017, On calibration, section 2',
    'https://arxiv.org/pdf/1706.04599#section.2',
  ],
  [/^Gain and misfit/, 'Charikar et al. 2024', 'https://arxiv.org/pdf/2405.15116'],
  [/: PGR$/, 'section 3, the method and PGR', w2s('section.3')],
  [/^Safety under jailbreaks/, 'section 3, figure 2', da('section.3')],
  [/^Stages of training/, 'section 4, ablations of SFT and RL', da('section.4')],
  [/^(Thinking budget|Majority vote|Best of n)/, 'section 4, inference-time compute', da('section.4')],
  [/^(How much safety data|Reward during RL)/, 'section 2, the method', da('section.2')],
  [/: accuracy over (RL compute|thinking)/, reasons, learningToReason],
  [/: accuracy over samples/, `${reasons} (consensus of samples)`, learningToReason],
  [/: tokens of a solution/, 'DeepSeek-AI 2025, R1, figure 3', 'https://arxiv.org/pdf/2501.12948'],
  [/: groups without variance/, 'Yu et al. 2025, DAPO, section 3.2', 'https://arxiv.org/pdf/2503.14476#subsection.3.2'],
  [/^Loss while training/, 'Radford et al. 2019, GPT-2, section 2.3: the model', gpt2Paper],
  [/(^Roofline|: share of the ceiling)/, ...roofline],
  [/^Tokens per .+ of training/, ...roofline],
]

const note = (place: string, address: string) => `<p class="note">In the paper: <a href="${address}">${place}</a></p>`

/** A line with a link for below the block; empty for what has no place in a paper. */
export function paperLink(block: Block): string {
  if (block.kind === 'figure') {
    const found = places.find(([pattern]) => pattern.test(block.figure.title))
    return found ? note(found[1], found[2]) : ''
  }
  // the card's evaluations say where in the o1 system card they are
  const section = block.kind === 'text' && /^In the paper: .*?§([\d.]*\d)/m.exec(block.text)?.[1]
  if (!section) return ''
  const level = ['section', 'subsection', 'subsubsection'][section.split('.').length - 1]
  return note(`o1 System Card, section ${section}`, `${systemCardPaper}#${level}.${section}`)
}
