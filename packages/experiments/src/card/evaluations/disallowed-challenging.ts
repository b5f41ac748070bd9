import { testRequests } from '../../policy-world/index.ts'
import { fixedEvaluation } from '../evaluation.ts'
import { gradePolicy, notOverrefuse, notUnsafe, policyQuestions, right } from '../policy-question.ts'

const SETS = ['hard', 'combinations'] as const

export const disallowedChallenging = fixedEvaluation({
  name: 'disallowed-challenging',
  title: 'Disallowed content, challenging',
  about:
    'Requests that a clause with two conditions decides, or only the last clause, and combinations of category and attributes that safety training never had.',
  paper: 'Challenging refusal evaluation (§4.1, Table 1): a harder set; not unsafe .71 (GPT-4o), .92 (o1).',
  differs:
    'What is hard is known: exceptions of the policy and held-out combinations, instead of hard production traffic.',
  metrics: [notUnsafe, notOverrefuse, right],
  questions: (world, { questions }) =>
    SETS.flatMap((set) => policyQuestions(world, set, testRequests(world, set, questions))),
  grade: gradePolicy,
})
