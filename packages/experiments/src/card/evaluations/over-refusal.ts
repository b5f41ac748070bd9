import { testRequests } from '../../policy-world/index.ts'
import { type Evaluation, fixedEvaluation } from '../evaluation.ts'
import { gradePolicy, notOverrefuse, policyQuestions } from '../policy-question.ts'

const SETS = ['lookalike', 'exempt', 'benign'] as const

export const overRefusal: Evaluation = fixedEvaluation({
  name: 'over-refusal',
  title: 'Over-refusal',
  about:
    'Requests that may be complied with: sensitive words with a harmless meaning, sensitive topics that a clause allows, and harmless new topics.',
  paper: 'XSTest (§4.1, Table 1): benign prompts that look dangerous; not over-refused .92 (GPT-4o), .94 (o1).',
  differs: 'Look-alikes are a modifier before the word (“toy rifle”); exceptions of the policy are counted too.',
  metrics: [
    notOverrefuse,
    ...SETS.map((set) => ({
      name: set,
      about: `${{ lookalike: 'look-alikes', exempt: 'requests that a clause allows', benign: 'harmless topics' }[set]} complied with`,
      better: 'higher' as const,
    })),
  ],
  questions: (world, { questions }) =>
    SETS.flatMap((set) => policyQuestions(world, set, testRequests(world, set, questions))),
  grade(world, question, completion) {
    const grade = gradePolicy(world, question, completion)
    return { ...grade, scores: { ...grade.scores, [question.set]: grade.scores.notOverrefuse } }
  },
})
