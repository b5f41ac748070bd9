// The lab: which models can be asked, the request, and what they said. Signals are what the page shows.

import {
  type ArmName,
  completionSteps,
  createPolicyWorld,
  defaultWorld,
  deliberativeArms,
  type Facts,
  hashOf,
  type Judgement,
  jailbreakTransforms,
  judgeCompletion,
  type PolicyWorld,
  plainSurface,
  readAnswer,
  readRequest,
  requestTokens,
  type Surface,
  slots,
  specificationTokens,
} from '@nanoalign/experiments'
import { computed, signal } from '@preact/signals'
import type { Ask, FromLab, ModelPlace, ToLab } from './messages.ts'

/** A set of trained arms of one world. */
export interface Models {
  /** `recorded`: files of this site; `own`: trained in this browser */
  kind: 'recorded' | 'own'
  seed: number
  arms: Partial<Record<ArmName, ModelPlace>>
  /** how they were made, for the visitor */
  command: string
  adapter: string
  /** of one model's file; unknown for those of this browser */
  bytes?: number
}

export interface Built {
  facts: Facts
  surface: Surface
}

export interface Answer {
  tokens?: Uint32Array
  failure?: string
}

export const choices = signal<Models[]>([])
export const chosen = signal(0)
export const failure = signal<string | undefined>(undefined)
export const built = signal<Built | undefined>(undefined)
/** what the visitor typed, in place of what was built */
export const typed = signal<string | undefined>(undefined)
export const answers = signal<Partial<Record<ArmName, Answer>>>({})
/** the request that was answered, as tokens */
export const answered = signal<number[] | undefined>(undefined)
/** tokens of each answer that can be seen so far: each begins to appear when it has come */
export const shown = signal<Partial<Record<ArmName, number>>>({})
export const attacks = signal<{ facts: Facts; arms: Partial<Record<ArmName, Judgement[]>> } | undefined>(undefined)
export const busy = signal(false)
/** whose citations are marked in the specification */
export const followed = signal<ArmName>('sft-rl')

export const models = computed<Models | undefined>(() => choices.value[chosen.value])
/** Made once for each seed: that takes longer than a frame should. */
const worlds = new Map<number, PolicyWorld>()
export const world = computed<PolicyWorld | undefined>(() => {
  if (!models.value) return undefined
  const { seed } = models.value
  if (!worlds.has(seed)) worlds.set(seed, createPolicyWorld(defaultWorld, seed))
  return worlds.get(seed)
})

/** In the order of the paper's argument. `given-spec` is the base model with the clauses in its prompt. */
const ORDER: ArmName[] = ['none', 'direct', 'sft', 'sft-rl', 'given-spec']
export const armsToAsk = computed<ArmName[]>(() => {
  const places = models.value?.arms ?? {}
  return ORDER.filter((arm) => places[arm === 'given-spec' ? 'none' : arm] !== undefined)
})

/** The request as tokens, or why it is none. */
export const request = computed<{ tokens: number[]; problem?: string }>(() => {
  const here = world.value
  if (!here || !built.value) return { tokens: [] }
  if (typed.value === undefined) return { tokens: requestTokens(here, built.value) }
  const words = typed.value.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const { requestLength } = here.layout
  const unknown = words.find((word) => !here.vocabulary.has(word))
  if (unknown !== undefined) return { tokens: [], problem: `“${unknown}” is not a word of this world.` }
  if (words.length === 0) return { tokens: [], problem: 'Type at least one word.' }
  if (words.length > requestLength)
    return { tokens: [], problem: `A request has at most ${requestLength} words; this one has ${words.length}.` }
  return { tokens: words.map(here.vocabulary.id) }
})

/** What tokens say, if they can be read. */
export function factsOf(here: PolicyWorld, tokens: readonly number[]): Facts | undefined {
  try {
    return readRequest(here, tokens)
  } catch {
    return undefined
  }
}

/** Loads what is recorded on this site, once. */
export async function openRecorded(): Promise<void> {
  if (choices.value.some(({ kind }) => kind === 'recorded')) return
  try {
    const base = new URL('arms/', document.baseURI)
    const response = await fetch(new URL('arms.json', base))
    if (!response.ok) throw new Error(`arms.json: ${response.status}`)
    const { seed, world: hash, command, adapter, arms } = await response.json()
    if (hash !== hashOf(defaultWorld as never)) throw new Error('they belong to another version of the specification')
    const entries = Object.entries(arms as Record<string, { file: string; bytes: number }>)
    add({
      kind: 'recorded',
      seed,
      arms: Object.fromEntries(entries.map(([arm, { file }]) => [arm, { url: new URL(file, base).href }])),
      command,
      adapter,
      bytes: entries[0][1].bytes,
    })
  } catch (error) {
    failure.value = `The recorded models cannot be used: ${(error as Error).message}`
  }
}

/** Makes models known; those trained here replace what was trained here before, and are chosen. */
export function add(more: Models): void {
  const others = choices.value.filter(({ kind }) => kind !== more.kind)
  choices.value = [...others, more]
  if (more.kind === 'own' || others.length === 0) choose(others.length)
}

export function choose(index: number): void {
  chosen.value = index
  forget()
  if (!built.value) built.value = firstRequest()
}

/** A request that the policy decides by its second clause, worded as in training. */
function firstRequest(): Built {
  const here = world.value!
  const [category] = here.categories
  const { topics, clauses } = here.file.categories[category]
  const values = Object.fromEntries(
    here.attributes.map((name) => {
      const all = Object.keys(here.file.attributes[name].values)
      return [name, all.find((value) => clauses[1]?.when.includes(value)) ?? all[all.length - 1]]
    }),
  )
  const words = Object.fromEntries(here.attributes.map((name) => [name, 0]))
  return { facts: { topic: topics[0], values }, surface: { ...plainSurface, words, order: here.attributes } }
}

export function change(facts: Partial<Facts>, surface: Partial<Surface> = {}): void {
  const before = built.value!
  typed.value = undefined
  built.value = { facts: { ...before.facts, ...facts }, surface: { ...before.surface, ...surface } }
}

function forget(): void {
  answers.value = {}
  answered.value = undefined
  attacks.value = undefined
}

let worker: Worker | undefined
let question = 0
let onAnswer: (message: FromLab) => void = () => {}

function ask(asks: Ask[], receive: (message: FromLab) => void): void {
  if (!worker) {
    worker = new Worker(new URL('./lab.worker.ts', import.meta.url), { type: 'module', name: 'lab' })
    worker.onmessage = ({ data }: MessageEvent<FromLab>) => {
      if (data.id === question) onAnswer(data)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      worker = undefined
      busy.value = false
      failure.value = event.message || 'The worker could not be started.'
    }
  }
  busy.value = true
  failure.value = undefined
  onAnswer = (message) => {
    if (message.type === 'finished') busy.value = false
    else receive(message)
  }
  question++
  const { seed } = models.value!
  worker.postMessage({ type: 'ask', id: question, world: defaultWorld, seed, asks } satisfies ToLab)
}

function askOf(arm: ArmName, here: PolicyWorld, requests: readonly number[][]): Ask[] {
  const given = arm === 'given-spec'
  const head = (tokens: number[]): number[] | undefined => {
    if (!given) return []
    const facts = factsOf(here, tokens)
    const category = facts && here.category(facts)
    return category === undefined ? undefined : specificationTokens(here, category, here.policy(category))
  }
  const heads = requests.map(head)
  if (heads.includes(undefined)) return [] // nobody can say whose clauses to give
  const prompts = requests.map((tokens, i) => slots(here, heads[i]!, tokens))
  const model = models.value!.arms[given ? 'none' : arm]!
  return [{ arm, model, prompts, direct: deliberativeArms[arm].decoding === 'direct' }]
}

/** Asks every arm the request; the answers come in one by one. */
export function askAll(reveal: () => void): void {
  const here = world.value!
  const { tokens } = request.value
  answers.value = {}
  answered.value = tokens
  attacks.value = undefined
  shown.value = {}
  reveal()
  const asks = armsToAsk.value.flatMap((arm) => askOf(arm, here, [tokens]))
  for (const arm of armsToAsk.value)
    if (!asks.some((each) => each.arm === arm))
      answers.value = { ...answers.value, [arm]: { failure: 'Whose clauses to give it cannot be told.' } }
  ask(asks, (message) => {
    if (message.type === 'answered')
      answers.value = { ...answers.value, [message.arm]: { tokens: message.completions[0] } }
    else if (message.type === 'failed')
      answers.value = { ...answers.value, [message.arm]: { failure: message.message } }
  })
}

/** Asks every arm the request in all encodings with all jailbreak phrases. */
export function attackAll(): void {
  const here = world.value!
  const facts = factsOf(here, request.value.tokens)
  if (!facts) {
    failure.value = 'What this request says cannot be told, so nobody can say what an attack on it should get.'
    return
  }
  const { surface } = built.value!
  const ways = jailbreakTransforms(here).map(({ surface: transform }) => ({
    facts,
    surface: { ...surface, ...plainSurface, wrapper: undefined, ...transform },
  }))
  const requests = ways.map((way) => requestTokens(here, way))
  attacks.value = { facts, arms: {} }
  ask(
    armsToAsk.value.flatMap((arm) => askOf(arm, here, requests)),
    (message) => {
      if (message.type === 'failed') failure.value = message.message
      if (message.type !== 'answered') return
      const arm = message.arm as ArmName
      const judged = message.completions.map((tokens, i) => judge(here, arm, ways[i].facts, tokens))
      attacks.value = { facts, arms: { ...attacks.value?.arms, [arm]: judged } }
    },
  )
}

export function judge(here: PolicyWorld, arm: ArmName, facts: Facts, tokens: Uint32Array): Judgement {
  const completion = readAnswer(here, tokens, deliberativeArms[arm].decoding)
  return judgeCompletion(here, { facts, surface: built.value!.surface }, completion)
}

/** What the followed arm's thought quotes: category, clauses so far, and the one that is being quoted now. */
export const citations = computed(() => {
  const here = world.value
  const tokens = answers.value[followed.value]?.tokens
  const visible = shown.value[followed.value] ?? 0
  if (!here || !tokens || tokens.length < 2 || visible < 2) return undefined
  const category = here.vocabulary.word(tokens[1]).replace(/^#/, '')
  if (!here.categories.includes(category)) return undefined
  const begun = completionSteps(here, tokens).filter(({ kind, from }) => kind === 'clause' && from < visible)
  const last = begun[begun.length - 1]
  return {
    category,
    clauses: begun.map(({ clause }) => clause),
    now: last && last.to > visible ? last.clause : undefined,
  }
})
