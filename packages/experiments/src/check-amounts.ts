// Options come from command lines, addresses of pages and files: every number in them has to be one that can be meant.

/** The names of numbers that need not be whole. */
const REAL = new Set(['lr', 'kl', 'replay', 'truncated', 'missRate', 'threshold'])
const MOST = 1e9
const WIDEST = 65_536

/**
 * Checks each number of `options`, at any depth: whole where it counts something, not negative, not beyond any machine.
 * Lists of numbers are seeds or sizes. @throws RangeError such as `rl.steps is -1 but must be a whole number from 0 to 1000000000`.
 */
export function checkAmounts(options: object, prefix = ''): void {
  for (const [name, value] of Object.entries(options)) {
    const path = prefix + name
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        if (typeof item === 'number') checkWhole(`${path}[${i}]`, item, name === 'seeds' ? 0xffffffff : MOST)
      })
      if (new Set(value).size < value.length) throw new RangeError(`${path} is ${value.join(', ')} and names one twice`)
    } else if (typeof value === 'object' && value !== null) checkAmounts(value, `${path}.`)
    else if (typeof value === 'number') {
      if (!REAL.has(name)) checkWhole(path, value, prefix === 'model.' ? WIDEST : MOST)
      else if (!(value >= 0 && value <= 1000)) throw new RangeError(`${path} is ${value} but must be from 0 to 1000`)
    }
  }
}

function checkWhole(path: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new RangeError(`${path} is ${value} but must be a whole number from 0 to ${most}`)
}
