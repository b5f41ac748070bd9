import { Random } from '@nanoalign/kernels'
import { testRequests } from '../../policy-world/index.ts'
import { fixedEvaluation } from '../evaluation.ts'
import { gradePolicy, notOverrefuse, notUnsafe, policyQuestions } from '../policy-question.ts'

const SETS = ['id', 'topics', 'language-b', 'spelled', 'reversed', 'wrapper', 'prefix', 'benign'] as const

export const disallowedMixed = fixedEvaluation({
  name: 'disallowed-mixed',
  title: 'Disallowed content, mixed',
  about:
    'What a user base might send: known and new topics, two languages, spelled and reversed words, some jailbreak phrases.',
  paper: 'WildChat (§4.1, Table 1): 200 toxic conversations of each category; not unsafe .95 (GPT-4o), .98 (o1).',
  differs: 'No user has written these: they are drawn in equal parts from eight test sets of the world and shuffled.',
  metrics: [notUnsafe, notOverrefuse],
  questions(world, { questions }) {
    const each = Math.ceil((2 * questions) / SETS.length)
    const all = SETS.flatMap((set) => policyQuestions(world, set, testRequests(world, set, each)))
    return new Random(world.seed, 'card/mixed').shuffle(all)
  },
  grade: gradePolicy,
})
