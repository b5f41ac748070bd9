// Nested options as the query of an address and back: `rl.steps=40&seeds=1,2`. Every option is written, always: a preset
// may change its meaning with a later version, an address must not.

const ABSENT = '-'

type Leaf = number | string | boolean | readonly (number | string)[]

/** `complete` is an example that has every option: those that `options` has not are written out as absent. */
export function toFlatQuery(options: object, complete: object = {}): string {
  const query = new URLSearchParams()
  for (const name of Object.keys(complete)) if (!(name in options)) query.set(name, ABSENT)
  for (const [path, value] of leaves(options)) query.set(path, String(value))
  query.sort() // equal options have equal addresses, whatever order they were written in
  return query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':')
}

/**
 * The options of an address. What it leaves out is as in `usual`. `complete` is an example that has every option, and
 * tells their types. @throws Error in words for the visitor, on names that are not options and on values of another type.
 */
export function fromFlatQuery<Options extends object>(
  query: URLSearchParams,
  usual: Options,
  complete: object,
): Options {
  const types = new Map(leaves(complete))
  const options = structuredClone(usual)
  for (const [path, text] of query) {
    if (text === ABSENT && Object.hasOwn(complete, path)) {
      delete (options as Record<string, unknown>)[path]
      continue
    }
    const example = types.get(path)
    if (example === undefined) throw new Error(`"${path}" is no option of this study`)
    put(options, path.split('.'), parse(path, text, example))
  }
  return options
}

function leaves(value: object, prefix = ''): [string, Leaf][] {
  return Object.entries(value).flatMap(([name, part]): [string, Leaf][] => {
    if (part === undefined) return []
    const path = prefix + name
    return typeof part === 'object' && !Array.isArray(part) ? leaves(part, `${path}.`) : [[path, part]]
  })
}

function parse(path: string, text: string, example: Leaf): Leaf {
  if (typeof example === 'object') {
    const [first = ''] = example
    return text === '' ? [] : text.split(',').map((item) => parse(path, item, first) as number | string)
  }
  if (typeof example === 'number') {
    const number = Number(text)
    if (text.trim() === '' || !Number.isFinite(number)) throw new Error(`${path} is "${text}" but must be a number`)
    return number
  }
  if (typeof example === 'boolean') return text === 'true'
  return text
}

function put(target: object, [name, ...rest]: string[], value: Leaf): void {
  const record = target as Record<string, object | Leaf>
  if (rest.length === 0) record[name] = value
  else put((record[name] ??= {}) as object, rest, value)
}
