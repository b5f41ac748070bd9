// One text per value, so that equal values have equal hashes: names sorted, no spaces, and nothing that JSON would
// drop or change in silence (undefined, NaN, functions, class instances). The idea of RFC 8785.

import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** What is nested deeper is no input of anyone's, and would end in a stack that overflows. */
const MAX_DEPTH = 500

/**
 * The canonical JSON of `value`: null, booleans, strings, finite numbers (−0 as 0), arrays and plain objects.
 * `replace` may put another value in the place of an object (never of `undefined` or a primitive) before it is looked at.
 * Throws a TypeError that says where anything else is: `canonicalJson: $.optimizer.betas[1] is NaN`.
 */
export function canonicalJson(value: unknown, replace: (object: object) => unknown = (object) => object): string {
  const ancestors = new Set<object>()

  function write(item: unknown, path: string): string {
    if (typeof item === 'object' && item !== null) item = replace(item)
    if (item === null || typeof item === 'boolean' || typeof item === 'string') return JSON.stringify(item)
    if (typeof item === 'number') {
      if (!Number.isFinite(item)) throw refusal(path, String(item))
      return JSON.stringify(item)
    }
    if (typeof item !== 'object') throw refusal(path, item === undefined ? 'undefined' : `a ${typeof item}`)
    if (ancestors.has(item)) throw refusal(path, 'inside itself')
    if (ancestors.size >= MAX_DEPTH) throw refusal('$', `nested deeper than ${MAX_DEPTH}`)
    ancestors.add(item)
    const text = Array.isArray(item) ? writeArray(item, path) : writeObject(item, path)
    ancestors.delete(item)
    return text
  }

  function writeArray(items: unknown[], path: string): string {
    // Array.from visits the holes of a sparse array, which map() would skip
    return `[${Array.from(items, (item, i) => write(item, `${path}[${i}]`)).join(',')}]`
  }

  function writeObject(object: object, path: string): string {
    if (!isPlain(object)) throw refusal(path, `a ${object.constructor?.name ?? 'class instance'}`)
    if (Object.getOwnPropertySymbols(object).length > 0) throw refusal(path, 'an object with a symbol as a name')
    const names = Object.keys(object).sort() // by UTF-16 unit, the same in every locale
    const fields = names.map((name) => {
      const step = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
      return `${JSON.stringify(name)}:${write((object as Record<string, unknown>)[name], path + step)}`
    })
    return `{${fields.join(',')}}`
  }

  return write(value, '$')
}

/** The first 32 hex digits (128 bits) of the SHA-256 of `value`'s canonical JSON in UTF-8. */
export function hashOf(value: unknown): string {
  return hashOfText(canonicalJson(value))
}

/** {@link hashOf} of a value whose canonical JSON is at hand. */
export function hashOfText(canonical: string): string {
  return bytesToHex(sha256(new TextEncoder().encode(canonical))).slice(0, 32)
}

/** Object literals, JSON.parse's and null-prototype objects, also those of another realm. */
function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object)
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'))
}

function refusal(path: string, what: string): TypeError {
  return new TypeError(`canonicalJson: ${path} is ${what}`)
}
