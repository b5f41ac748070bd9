// Text ↔ token ids. Two tokenizers, both lossless on the text they are made for: characters and UTF-8 bytes.

export interface Tokenizer {
  readonly kind: 'char' | 'byte'
  /** Ids are 0 … vocabSize − 1. */
  readonly vocabSize: number
  /** One id per token of `text`. */
  encode(text: string): Uint32Array<ArrayBuffer>
  /** The text of `ids`; throws a RangeError for an id outside the vocabulary. */
  decode(ids: ArrayLike<number>): string
  /** What {@link tokenizerFromJSON} turns back into an equal tokenizer. */
  toJSON(): TokenizerJSON
}

export type TokenizerJSON = { kind: 'char'; characters: string } | { kind: 'byte' }

/** One id per Unicode code point; id = index in `characters`. */
export class CharTokenizer implements Tokenizer {
  readonly kind = 'char'
  readonly vocabSize: number
  readonly #characters: string[]
  readonly #ids = new Map<string, number>()

  /** `characters`: the vocabulary in the order of its ids, each code point once. */
  constructor(characters: string) {
    // a lone half of a surrogate pair would merge with its neighbour when the characters are joined
    if (/\p{Surrogate}/u.test(characters))
      throw new RangeError('CharTokenizer: the characters contain half of a surrogate pair, which is not a character')
    this.#characters = [...characters]
    this.vocabSize = this.#characters.length
    if (this.vocabSize === 0) throw new RangeError('CharTokenizer: there are no characters to make a vocabulary of')
    this.#characters.forEach((character, id) => {
      this.#ids.set(character, id)
    })
    if (this.#ids.size < this.vocabSize) throw new RangeError('CharTokenizer: a character is listed twice')
  }

  /** The vocabulary of `text`: its distinct code points, sorted. */
  static fromText(text: string): CharTokenizer {
    const sorted = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)
    return new CharTokenizer(sorted.join(''))
  }

  /** Throws a RangeError that names the first character outside the vocabulary and its position, in code points. */
  encode(text: string): Uint32Array<ArrayBuffer> {
    const ids = new Uint32Array(text.length) // at most one id per UTF-16 unit
    let count = 0
    for (const character of text) {
      const id = this.#ids.get(character)
      if (id === undefined)
        throw new RangeError(
          `CharTokenizer.encode: character ${describe(character)} at position ${count} is not one of the ` +
            `${this.vocabSize} in the vocabulary; include it in the text given to CharTokenizer.fromText, ` +
            `or use ByteTokenizer, which takes any text`,
        )
      ids[count++] = id
    }
    return ids.slice(0, count)
  }

  decode(ids: ArrayLike<number>): string {
    checkIds('CharTokenizer', ids, this.vocabSize)
    let text = ''
    for (let i = 0; i < ids.length; i++) text += this.#characters[ids[i]]
    return text
  }

  toJSON(): TokenizerJSON {
    return { kind: 'char', characters: this.#characters.join('') }
  }
}

/** One id per byte of the text's UTF-8 form; takes any text (half of a surrogate pair becomes U+FFFD). */
export class ByteTokenizer implements Tokenizer {
  readonly kind = 'byte'
  readonly vocabSize = 256

  encode(text: string): Uint32Array<ArrayBuffer> {
    return Uint32Array.from(new TextEncoder().encode(text))
  }

  /** Byte sequences that are not UTF-8, as an untrained model writes them, become U+FFFD. */
  decode(ids: ArrayLike<number>): string {
    checkIds('ByteTokenizer', ids, 256)
    // ignoreBOM means "do not drop a byte order mark"
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(ids))
  }

  toJSON(): TokenizerJSON {
    return { kind: 'byte' }
  }
}

/** The tokenizer whose `toJSON()` gave `json` (the parsed value, not its text). Throws a TypeError or RangeError. */
export function tokenizerFromJSON(json: unknown): Tokenizer {
  if (typeof json !== 'object' || json === null)
    throw new TypeError(`tokenizerFromJSON: got ${json === null ? 'null' : `a ${typeof json}`} instead of an object`)
  const { kind, characters } = json as Record<string, unknown>
  if (kind === 'byte') return new ByteTokenizer()
  if (kind !== 'char')
    throw new RangeError(`tokenizerFromJSON: kind is ${JSON.stringify(kind)}; known are "char", "byte"`)
  if (typeof characters !== 'string')
    throw new TypeError(`tokenizerFromJSON: characters must be a string but is ${JSON.stringify(characters)}`)
  return new CharTokenizer(characters)
}

function checkIds(name: string, ids: ArrayLike<number>, vocabSize: number): void {
  for (let i = 0; i < ids.length; i++)
    if (!Number.isInteger(ids[i]) || ids[i] < 0 || ids[i] >= vocabSize)
      throw new RangeError(`${name}.decode: id ${ids[i]} at position ${i} is not in 0 … ${vocabSize - 1}`)
}

/** A character with its code point, as many cannot be seen: `"é" (U+00E9)`. */
function describe(character: string): string {
  const hex = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
  return `${JSON.stringify(character)} (U+${hex})`
}
