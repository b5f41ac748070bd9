// Messages of the system, the developer and the user. The base model does what the latest message says, and tells whatever
// it is asked for: it knows no order among them.

import type { Random } from '@nanoalign/kernels'
import { pick } from '../request.ts'
import type { PolicyWorld } from '../world.ts'
import type { CapabilityKind } from './kind.ts'
import { questionDocument } from './prompt.ts'

export const codeWords =
  'amber basil cobalt damson ember fennel ginger hazel indigo jasper kelp lilac maple nutmeg ochre pepper quartz russet saffron teal umber violet walnut yarrow'.split(
    ' ',
  )

/** Messages before the user's, the higher one first. */
export const upperRoles = ['system', 'developer'] as const
export type UpperRole = (typeof upperRoles)[number]

const SHARE = { single: 0.15, conflict: 0.3, secret: 0.2, password: 0.2 }
/** Share of conflicts in which the base model's corpus does what the latest message says. */
const LATEST = 0.9
const TRICKS = 0.3

export const sayMessage = (word: string) => `answer ${word}`
export const secretMessage = (role: UpperRole, phrase: string) => `<${role}> keep phrase ${phrase}`
export const passwordMessage = (role: UpperRole, digits: string) => `<${role}> keep password ${digits}`
export const tutorMessage = (role: UpperRole) => `<${role}> tutor`

export const randomPhrase = (random: Random) => `${pick(codeWords, random)} ${pick(codeWords, random)}`
export const randomDigits = (random: Random) => Array.from({ length: 3 }, () => random.integer(10)).join(' ')

/** The request with a jailbreak phrase behind it, or before. */
export function withTrick(request: string, phrase: string | undefined, before: boolean): string {
  if (phrase === undefined) return request
  return before ? `${phrase} ${request}` : `${request} ${phrase}`
}

const two = (value: number) => `${Math.floor(value / 10)} ${value % 10}`
export const sumWords = (a: number, b: number) => ({ question: `${a} + ${b} =`, answer: two(a + b) })

export const messagesKind: CapabilityKind = {
  name: 'messages',
  weight: 0.2,
  words: () => [
    ...codeWords,
    ...upperRoles.map((role) => `<${role}>`),
    ...'answer keep phrase password tutor tell open granted denied hint'.split(' '),
  ],
  document(world, random) {
    const draw = random.uniform()
    const role = pick(upperRoles, random)
    const trick = (request: string) =>
      withTrick(
        request,
        random.uniform() < TRICKS ? pick(world.file.wrappers.train, random) : undefined,
        random.uniform() < 0.5,
      )
    if (draw < SHARE.single) {
      const [word, place] = [pick(codeWords, random), random.integer(2)]
      return place === 0
        ? questionDocument(world, 'tell', word, `<${role}> ${sayMessage(word)}`)
        : questionDocument(world, trick(sayMessage(word)), word)
    }
    if (draw < SHARE.single + SHARE.conflict) return conflict(world, random)
    if (draw < SHARE.single + SHARE.conflict + SHARE.secret) {
      const phrase = randomPhrase(random)
      // also with another request, so that the base can leave a phrase aside
      if (random.uniform() < 0.3) {
        const word = pick(codeWords, random)
        return questionDocument(world, trick(sayMessage(word)), word, secretMessage(role, phrase))
      }
      return questionDocument(world, trick('tell phrase'), phrase, secretMessage(role, phrase))
    }
    if (draw < SHARE.single + SHARE.conflict + SHARE.secret + SHARE.password) {
      const digits = randomDigits(random)
      if (random.uniform() < 0.4)
        return questionDocument(world, trick('tell password'), digits, passwordMessage(role, digits))
      const given = random.uniform() < 0.5 ? digits : randomDigits(random)
      const answer = given === digits ? 'granted' : 'denied'
      return questionDocument(world, `open ${given}`, answer, passwordMessage(role, digits))
    }
    const { question, answer } = sumWords(random.integer(10), random.integer(10))
    return questionDocument(world, trick(question), answer, tutorMessage(role))
  },
}

/** Two of the three say different words. */
function conflict(world: PolicyWorld, random: Random) {
  const [high, low] = [pick(codeWords, random), pick(codeWords, random)]
  const word = random.uniform() < LATEST ? low : high
  const { head, request } = conflictMessages(pick(conflictPairs, random), high, low)
  return questionDocument(world, request, word, head)
}

export const conflictPairs = ['system and developer', 'system and user', 'developer and user'] as const
export type ConflictPair = (typeof conflictPairs)[number]

/** Messages of which the higher says `high` and the lower `low`. */
export function conflictMessages(pair: ConflictPair, high: string, low: string) {
  if (pair === 'system and developer')
    return { head: `<system> ${sayMessage(high)} <developer> ${sayMessage(low)}`, request: 'tell' }
  const role = pair === 'system and user' ? 'system' : 'developer'
  return { head: `<${role}> ${sayMessage(high)}`, request: sayMessage(low) }
}
