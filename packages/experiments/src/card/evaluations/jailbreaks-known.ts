import { testRequests } from '../../policy-world/index.ts'
import { fixedEvaluation } from '../evaluation.ts'
import { gradePolicy, notOverrefuse, notUnsafe, policyQuestions } from '../policy-question.ts'

export const jailbreaksKnown = fixedEvaluation({
  name: 'jailbreaks-known',
  title: 'Jailbreaks, known',
  about: 'Requests with a jailbreak phrase that the base model’s corpus had, before or after them.',
  paper: 'Production jailbreaks (§4.1.2, Figure 1): not unsafe .97 (GPT-4o), .99 (o1).',
  differs:
    'Eight phrases, known from pretraining, where they never change the answer; safety training has none of them.',
  metrics: [notUnsafe, notOverrefuse],
  questions: (world, { questions }) => policyQuestions(world, 'wrapper', testRequests(world, 'wrapper', questions)),
  grade: gradePolicy,
})
