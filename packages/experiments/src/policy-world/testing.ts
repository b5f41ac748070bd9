// For tests: the solution of a request by the policy of its own category.

import { type Policy, type PolicyWorld, type Request, solve } from './index.ts'

export const policyOf = (world: PolicyWorld, { facts }: Request): Policy => world.policy(world.category(facts))

/** Thought and answer, as one completion. */
export function solved(world: PolicyWorld, request: Request): Uint32Array {
  const { thought, answer } = solve(world, request.facts, policyOf(world, request))
  return Uint32Array.of(...thought, ...answer)
}
