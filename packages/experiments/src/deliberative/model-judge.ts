// The judge G_RM (Guan et al. 2024, §2.3.2): the base model with the specification in its context. It thinks for
// itself and then says how likely it would have given the candidate's answer. It never sees the candidate's thought,
// unless asked to score that too.

import { promptTokens, type Request } from '../policy-world/index.ts'
import type { Engine } from './engine.ts'

export interface Candidate {
  request: Request
  /** the completion with its thought, `</think>` and end token */
  thought: Uint32Array
  /** the answer with the end token; undefined when the completion is malformed, which scores 0 */
  answer: Uint32Array | undefined
}

export interface ModelJudgeOptions {
  /** the judge's own thoughts per request; the score is the mean over them */
  runs: number
  /** Score thought and answer together: the geometric mean probability of the thought's tokens, times the answer's. */
  seesThought?: boolean
  /** the category whose clauses the judge is shown; that of the request unless given */
  category?: (request: Request) => string
  stream: number
}

/** A score from 0 to 1 for each candidate. Candidates of one request share the judge's thoughts. */
export async function judgeByModel(
  judge: Engine,
  candidates: readonly Candidate[],
  { runs, seesThought = false, category, stream }: ModelJudgeOptions,
): Promise<number[]> {
  const { world } = judge
  const prompts = new Map<Request, Uint32Array>()
  for (const { request } of candidates)
    if (!prompts.has(request)) {
      const name = category?.(request) ?? world.category(request.facts)
      prompts.set(request, promptTokens(world, request, world.policy(name), name))
    }
  const requests = [...prompts.keys()]
  const repeated = requests.flatMap((request) => Array<Uint32Array>(runs).fill(prompts.get(request)!))
  const own = await judge.complete(repeated, { temperature: 1, stream })
  const thoughts = new Map(
    requests.map((request, i) => [
      request,
      own
        .slice(i * runs, (i + 1) * runs)
        .map(({ tokens }) => thoughtOf(tokens, world.vocabulary.special.thinkEnd))
        .filter((thought) => thought !== undefined && thought.length <= world.layout.thoughtLength) as Uint32Array[],
    ]),
  )

  const numbers = new Map(requests.map((request, i) => [request, i]))
  // equal answers to one request are scored once
  const rows = new Map<string, { prompt: Uint32Array; completion: Uint32Array; from: number }>()
  const keyed = candidates.map(({ request, thought, answer }) => {
    if (!answer) return []
    const contexts = seesThought ? [thought] : thoughts.get(request)!
    return contexts.map((context, run) => {
      const key = `${numbers.get(request)}/${seesThought ? context.join() : run}/${answer.join()}`
      const completion = Uint32Array.of(...context, ...answer)
      if (!rows.has(key)) rows.set(key, { prompt: prompts.get(request)!, completion, from: context.length })
      return key
    })
  })
  const keys = [...rows.keys()]
  const logProbs = await judge.score([...rows.values()])
  const scores = new Map(
    keys.map((key, i) => {
      const { from } = rows.get(key)!
      const sum = (part: Float32Array) => part.reduce((total, value) => total + value, 0)
      const answer = Math.exp(sum(logProbs[i].subarray(from)))
      const thought = seesThought && from > 0 ? Math.exp(sum(logProbs[i].subarray(0, from)) / from) : 1
      return [key, thought * answer]
    }),
  )
  return keyed.map((own) =>
    own.length ? own.reduce((sum, key) => sum + scores.get(key)!, 0) / runsOf(own, runs, seesThought) : 0,
  )
}

/** A thought of the judge's that never ended counts as a run that gave the answer no probability. */
const runsOf = (own: string[], runs: number, seesThought: boolean) => (seesThought ? own.length : runs)

/** The tokens up to and including the end of the thought. */
export function thoughtOf(completion: Uint32Array, thinkEnd: number): Uint32Array | undefined {
  const end = completion.indexOf(thinkEnd)
  return end < 0 ? undefined : completion.slice(0, end + 1)
}
