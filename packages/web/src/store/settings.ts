// Small things that this browser remembers. Where it may not, nothing is lost but the memory.

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`nanoalign ${name}`, value)
  } catch {
    // a private window, or one that is full
  }
}

export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(`nanoalign ${name}`) ?? undefined
  } catch {
    return undefined
  }
}
