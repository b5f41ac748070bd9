// Line breaking for terminal text.

/** One line without control characters, so that no text can move the cursor or colour the terminal. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** Breaks text at spaces into lines of at most `width` characters; longer words are cut. At least one line. */
export function wrap(text: string, width: number): string[] {
  const lines = ['']
  for (const word of clean(text).split(' ').filter(Boolean)) {
    const last = lines[lines.length - 1]
    const joined = last === '' ? word : `${last} ${word}`
    if (joined.length <= width) {
      lines[lines.length - 1] = joined
      continue
    }
    const pieces = word.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gu')) ?? []
    if (last === '') lines.pop()
    lines.push(...pieces)
  }
  return lines
}

/** `label` followed by wrapped text, its later lines indented to the end of the label. */
export function hang(label: string, text: string, width: number): string[] {
  const indent = ' '.repeat(label.length)
  return wrap(text, Math.max(1, width - label.length)).map((line, i) => (i === 0 ? label : indent) + line)
}
