// A text file's bytes → tokens, split by position into nine tenths to train on and the last tenth to validate on.

import { ByteTokenizer, CharTokenizer, type Tokenizer } from '@nanoalign/model'
import { unigramEntropy } from '@nanoalign/trainer'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

export interface TextData {
  tokenizer: Tokenizer
  training: Uint32Array<ArrayBuffer>
  validation: Uint32Array<ArrayBuffer>
  /** of the file's bytes */
  sha256: string
  /** loss in nats per token of a model that knows only how frequent each token is */
  unigramEntropy: number
}

/**
 * `context` is the number of tokens that each of the two parts must exceed.
 * @throws RangeError for bytes that are no text (bytes themselves need not be), or too few.
 */
export function textData(bytes: Uint8Array, tokenizer: 'char' | 'byte', context: number): TextData {
  if (bytes.length === 0) throw new RangeError('the text is empty')
  const made = tokenizer === 'byte' ? byteTokens(bytes) : charTokens(bytes)
  const { tokens } = made
  if (tokens.length < 2 * (context + 1))
    throw new RangeError(
      `the text has ${tokens.length} tokens but a context of ${context} needs at least ${2 * (context + 1)} ` +
        '(a window to train on, another to validate on); use a longer text or a shorter context',
    )
  const end = tokens.length - Math.max(Math.floor(tokens.length / 10), context + 1)
  return {
    tokenizer: made.tokenizer,
    training: tokens.slice(0, end),
    validation: tokens.slice(end),
    sha256: bytesToHex(sha256(bytes)),
    unigramEntropy: unigramEntropy(tokens),
  }
}

function byteTokens(bytes: Uint8Array) {
  return { tokenizer: new ByteTokenizer(), tokens: Uint32Array.from(bytes) }
}

function charTokens(bytes: Uint8Array) {
  const nul = bytes.indexOf(0)
  if (nul >= 0)
    throw new RangeError(`the file is binary: byte ${nul} is NUL; the byte tokenizer takes any file, as bytes`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes) // drops a byte order mark
  } catch (error) {
    if (!(error instanceof TypeError)) throw error // too long for one string
    const offset = firstInvalidByte(bytes)
    const byte = bytes[offset].toString(16).padStart(2, '0')
    throw new RangeError(
      `the file is not UTF-8: byte ${offset} (0x${byte}) begins no character; convert it, ` +
        'or use the byte tokenizer, which takes any file',
    )
  }
  if (text === '') throw new RangeError('the text is empty but for a byte order mark')
  const tokenizer = CharTokenizer.fromText(text)
  return { tokenizer, tokens: tokenizer.encode(text) }
}

/** Where the first sequence starts that is not UTF-8. */
function firstInvalidByte(bytes: Uint8Array): number {
  // an invalid sequence decodes to U+FFFD, which is EF BF BD in UTF-8
  const again = new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  let i = 0
  while (i < bytes.length && bytes[i] === again[i]) i++
  // a cut-off character that begins with EF or EF BF looks right so far
  if (bytes[i - 1] === 0xbf && bytes[i - 2] === 0xef) return i - 2
  return bytes[i - 1] === 0xef ? i - 1 : i
}
