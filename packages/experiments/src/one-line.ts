/** Of an error about a file, which may quote it at any length, and in it what a terminal would obey. */
export const oneLine = (text: string): string => text.replace(/[\s\p{C}]+/gu, ' ').slice(0, 200)
