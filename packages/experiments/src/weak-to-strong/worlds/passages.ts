// Where passages of a text are found: for keeping apart what a book says more than once.

const SHARED = 255

/**
 * Tells which part has a passage of that length: its name, undefined if none or several do. Passages are told apart by two
 * 32-bit hashes; a collision only makes one seem shared.
 */
export function passageOwners(
  parts: Record<string, readonly Uint32Array[]>,
  length: number,
): (passage: ArrayLike<number>) => string | undefined {
  const names = Object.keys(parts)
  const total = Object.values(parts)
    .flat()
    .reduce((sum, { length: own }) => sum + own, 0)
  const slots = 2 ** Math.ceil(Math.log2(2 * total + 2)) // an open hash table, at most half full
  const checks = new Int32Array(slots)
  const owners = new Uint8Array(slots) // 0: free; a part's number from 1; SHARED

  const slotOf = (tokens: ArrayLike<number>, start: number) => {
    let [place, check] = [7, 11]
    for (let i = start; i < start + length; i++) {
      place = (Math.imul(place, 31) + tokens[i]) | 0
      check = (Math.imul(check, 1_000_003) ^ tokens[i]) | 0
    }
    place = Math.imul(place ^ (place >>> 15), 0x2c1b3c6d)
    let slot = (place ^ (place >>> 12)) & (slots - 1)
    while (owners[slot] !== 0 && checks[slot] !== check) slot = (slot + 1) & (slots - 1)
    checks[slot] = check
    return slot
  }

  for (const [part, name] of names.entries())
    for (const tokens of parts[name])
      for (let start = 0; start + length <= tokens.length; start++) {
        const slot = slotOf(tokens, start)
        if (owners[slot] === 0) owners[slot] = part + 1
        else if (owners[slot] !== part + 1) owners[slot] = SHARED
      }
  return (passage) => names[owners[slotOf(passage, 0)] - 1]
}
