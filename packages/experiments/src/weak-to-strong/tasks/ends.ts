import type { TextFamily } from './family.ts'

const LENGTH = 24

export const ends: TextFamily = {
  name: 'ends',
  world: 'text',
  about: 'whether the word that a passage of the book breaks off in ends within the next one to four characters',
  inputLength: LENGTH,
  item({ chapter, start, letters }, k) {
    if (!letters.includes(chapter[start + LENGTH - 1])) return undefined // between two words
    const coming = chapter.subarray(start + LENGTH, start + LENGTH + k + 1)
    const label = Number(coming.some((token) => !letters.includes(token)))
    return { input: chapter.subarray(start, start + LENGTH), label }
  },
}
