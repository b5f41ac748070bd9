import type { TextFamily } from './family.ts'

const LENGTH = 24
// vowels; the first half of the alphabet; those that stand above the line; the most frequent ones
const classes = ['aeiou', 'abcdefghijklm', 'bdfhklt', 'etaoins']

export const next: TextFamily = {
  name: 'next',
  world: 'text',
  about: 'whether the letter that comes next in the book is of a class (vowels, say)',
  inputLength: LENGTH,
  item({ chapter, start, letters }, k) {
    const letter = letters.indexOf(chapter[start + LENGTH])
    if (letter < 0) return undefined
    const label = Number(classes[k].includes(String.fromCharCode(97 + letter)))
    return { input: chapter.subarray(start, start + LENGTH), label }
  },
}
