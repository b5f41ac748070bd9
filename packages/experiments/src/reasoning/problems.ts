// Problems for training and for tests. A problem belongs to tests by a hash of its question, so that no model has seen
// what it is tested on, however small the size.

import { hashName, Random } from '@nanoalign/kernels'
import type { Problem, ReasoningFamily } from './families/family.ts'

/** Share of all problems that are for tests. */
const TEST_SHARE = 0.2

export interface TestProblem extends Problem {
  size: number
}

export function isForTests(family: ReasoningFamily, { question }: Problem): boolean {
  return new Random(hashName(question.join(' ')), `reasoning/${family.name}/tests`).uniform() < TEST_SHARE
}

/** A random problem that no test has. */
export function trainingProblem(family: ReasoningFamily, random: Random, size: number): Problem {
  for (let tries = 0; tries < 1000; tries++) {
    const problem = family.problem(random, size)
    if (!isForTests(family, problem)) return problem
  }
  throw new Error(`${family.name}: all problems of size ${size} are for tests`)
}

/** The same test problems for every model: `count` of each size, in which the small sizes have some twice. */
export function testProblems(family: ReasoningFamily, count: number): TestProblem[] {
  return Array.from({ length: family.maxSize }, (_, i) => i + 1).flatMap((size) => {
    const random = new Random(999, `reasoning/${family.name}/test/${size}`)
    const found: TestProblem[] = []
    for (let tries = 0; found.length < count; tries++) {
      if (tries > 1000 * count)
        throw new Error(`${family.name}: size ${size} has too few problems to keep some for tests`)
      const problem = family.problem(random, size)
      if (isForTests(family, problem)) found.push({ ...problem, size })
    }
    return found
  })
}
