import type { ReasoningFamily } from './family.ts'

const NODES = [...'abcdefghijkl']

/**
 * A plan of moves through a tree of twelve places: which places lead from the start to the goal? Only a search back from
 * the goal finds the first move; each step puts the place before in front of the plan.
 */
export const paths: ReasoningFamily = {
  name: 'paths',
  about: 'the way from a start to a goal through a tree of twelve places, planned back from the goal',
  words: [...NODES.flatMap((from) => NODES.filter((to) => to !== from).map((to) => `${from}→${to}`)), ...NODES],
  maxSize: 5,
  rlSizes: [2, 3, 4],
  answers: 12 * 11 * 10 * 9 * 8,
  problem(random, size) {
    const nodes = random.shuffle([...NODES])
    const way = nodes.slice(0, size + 1)
    const moves = way.slice(1).map((to, i) => [way[i], to])
    // the rest hangs on any place but the goal, so that there are wrong ways to take
    nodes.slice(size + 1).forEach((to, i) => {
      const places = [...way.slice(0, -1), ...nodes.slice(size + 1, size + 1 + i)]
      moves.push([places[random.integer(places.length)], to])
    })
    const question = [...random.shuffle(moves.map(([from, to]) => `${from}→${to}`)), way[0], way[size]]
    const states = Array.from({ length: size }, (_, i) => way.slice(size - i))
    return { question, states }
  },
}
