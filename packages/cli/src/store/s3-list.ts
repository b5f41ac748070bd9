// The answer to ListObjectsV2, as far as it is needed: names, sizes, times, and whether there are more.

export interface ObjectPage {
  /** sizes in bytes, times in milliseconds since 1970 */
  objects: { name: string; size: number; mtime: number }[]
  /** the token to ask for the next page with */
  next: string | undefined
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** @throws Error when `xml` is no such answer. */
export function objectsOf(xml: string): ObjectPage {
  if (!/<ListBucketResult[\s>]/.test(xml)) throw new Error('the answer is no list of objects')
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, content]) => {
    const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(content)?.[1] ?? ''
    return { name: text(field('Key')), size: Number(field('Size')) || 0, mtime: Date.parse(field('LastModified')) || 0 }
  })
  const truncated = /<IsTruncated>\s*true\s*<\/IsTruncated>/.test(xml)
  const token = /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(xml)?.[1]
  if (truncated && token === undefined)
    throw new Error('the list of objects is cut off and does not say how it goes on')
  return { objects, next: truncated ? text(token!) : undefined }
}

function text(escaped: string): string {
  return escaped.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined
    if (code === undefined) return ENTITIES[name] ?? whole
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
