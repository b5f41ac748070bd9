// The texts that visitors bring, so that a training can go on after a reload. They never leave the browser.

import { clear, createStore, get, set } from 'idb-keyval'

export interface StoredText {
  /** what it is called: a file's name, or its first words */
  name: string
  text: string
}

const store = createStore('nanoalign-texts', 'texts')

/** Keeps the text; the id is the first 16 hex digits of the SHA-256 of its UTF-8 bytes. */
export async function keepText(stored: StoredText): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(stored.text))
  const id = [...new Uint8Array(digest).subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  await set(id, stored, store)
  return id
}

/** The text of that id; the built-in one is loaded when first asked for. */
export async function findText(id: string): Promise<StoredText | undefined> {
  if (id !== 'built-in') return get<StoredText>(id, store)
  return { name: 'Moby-Dick, chapters 1 to 6', text: (await import('../train/built-in-text.ts')).builtInText }
}

export function clearTexts(): Promise<void> {
  return clear(store)
}
