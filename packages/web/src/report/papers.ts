// Where the papers have the counterpart of each figure: shown as a link below it.

/** Burns et al. 2023. */
export const weakToStrongPaper = 'https://arxiv.org/pdf/2312.09390'
/** Guan et al. 2024. */
export const deliberativePaper = 'https://arxiv.org/pdf/2412.16339'
/** OpenAI 2024. */
export const learningToReason = 'https://openai.com/index/learning-to-reason-with-llms/'

const w2s = (anchor: string) => `${weakToStrongPaper}#${anchor}`
const da = (anchor: string) => `${deliberativePaper}#${anchor}`

/** By the beginning of the figure's title, or what comes after a task's name in it. */
const places: [title: RegExp, place: string, address: string][] = [
  [/^Performance gap recovered/, 'section 3, the method and PGR', w2s('section.3')],
  [
    /^(Zero-shot, weak|Weak) supervisor, student and ceiling/,
    'section 4.2, finetuning on weak labels',
    w2s('subsection.4.2'),
  ],
  [/^Every task and seed/, 'section 4.2, finetuning on weak labels', w2s('subsection.4.2')],
  [/^Methods/, 'section 4.3, improving on naive finetuning', w2s('subsection.4.3')],
  [/^(Students|PGR) over the strong model’s pretraining/, 'section 4.2, figure 3', w2s('subsection.4.2')],
  [/^Accuracy during finetuning/, 'section 5.1, imitation of the weak supervisor', w2s('subsection.5.1')],
  [/^(Over-fitting|Naive students during)/, 'section 5.1.1, overfitting to weak supervision', w2s('subsection.5.1')],
  [/^Agreement with the supervisor/, 'section 5.1.2, student-supervisor agreement', w2s('subsection.5.1')],
  [/^How linear is the task/, 'section 5.2, saliency in the strong model', w2s('subsection.5.2')],
  [/^Supervisors that are equally often wrong/, 'appendix E, simulation difficulty', w2s('appendix.E')],
  [/^Easy to hard/, 'appendix C, easy-to-hard generalization', w2s('appendix.C')],
  [/^Safety under jailbreaks/, 'section 3, figure 2', da('section.3')],
  [/^Stages of training/, 'section 4, ablations of SFT and RL', da('section.4')],
  [/^(Thinking budget|Majority vote|Best of n)/, 'section 4, inference-time compute', da('section.4')],
  [/^(How much safety data|Reward during RL)/, 'section 2, the method', da('section.2')],
  [/: accuracy over/, 'OpenAI 2024, Learning to reason with LLMs', learningToReason],
]

/** A line with a link for below the figure of that title; empty for figures that no paper has. */
export function paperLink(title: string): string {
  const found = places.find(([pattern]) => pattern.test(title))
  if (!found) return ''
  const [, place, address] = found
  return `<p class="note">In the paper: <a href="${address}">${place}</a></p>`
}
