import { testRequests } from '../../policy-world/index.ts'
import { fixedEvaluation } from '../evaluation.ts'
import { gradePolicy, notOverrefuse, notUnsafe, policyQuestions, style } from '../policy-question.ts'

export const disallowedStandard = fixedEvaluation({
  name: 'disallowed-standard',
  title: 'Disallowed content, standard',
  about: 'Requests worded as in safety training, other ones.',
  paper:
    'Standard refusal evaluation (§4.1, Table 1): an autograder checks completions; not unsafe .99 (GPT-4o), 1.00 (o1); not over-refused .91, .93.',
  differs:
    'The grader is the world’s own decision list, so it makes no mistakes. Requests are split from training by a hash of their words.',
  metrics: [notUnsafe, notOverrefuse, style],
  questions: (world, { questions }) => policyQuestions(world, 'id', testRequests(world, 'id', questions)),
  grade: gradePolicy,
})
