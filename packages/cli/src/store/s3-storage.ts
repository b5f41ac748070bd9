// An unstorage driver for S3 and what speaks its protocol; docs/robustness.md has the servers that were tried.
// Requests are signed by aws4fetch.
// unstorage's own s3 driver lists no more than the first 1000 objects of the whole bucket, waits for ever, gives up at
// the first 503 and puts the server's answer, which may name the access key, into its errors.
// Key a:b:c is the object <prefix>/a/b/c. An object is replaced as a whole or not at all: that is S3's promise.

import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import type { Driver } from 'unstorage'
import type { Entry, OpenedStore } from './open-store.ts'
import { type RetryOptions, withRetries } from './retry.ts'
import { objectsOf } from './s3-list.ts'
import { ClockSkewError, connectionError, missing, readBody, refusalOf } from './s3-refusal.ts'

export interface S3Options extends RetryOptions {
  /** such as https://s3.eu-central-1.amazonaws.com */
  endpoint: string
  bucket: string
  /** Without slashes at its ends; '' for the whole bucket. */
  prefix: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  /** Milliseconds without a byte after which a request is given up and tried again. */
  idleMs?: number
}

interface ReadOptions {
  /** No more than this and one byte are read. */
  maxBytes?: number
}

interface WriteOptions {
  /** what is there stays */
  ifAbsent?: boolean
}

/** @throws StoreUnavailableError when the store cannot be reached, refuses, or fails in every try. */
export function s3Storage(options: S3Options): Driver<S3Options, never> & Pick<OpenedStore, 'entries'> {
  const { endpoint, bucket, prefix, region, credentials, idleMs = 60_000 } = options
  const client = new AwsClient({ ...credentials, region, service: 's3', retries: 0 })
  const base = `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`
  const place = `s3://${[bucket, prefix].filter(Boolean).join('/')}`
  const pathOf = (key: string) => [prefix, ...segmentsOf(key)].filter(Boolean).join('/')
  const urlOf = (key: string) => `${base}/${pathOf(key).split('/').map(encodeURIComponent).join('/')}`

  /**
   * The server's time less performance.now(), both in milliseconds, once it has refused ours: a clock that is wrong or
   * jumps then keeps nobody out.
   */
  let serverOffset: number | undefined
  const serverTime = () => (serverOffset === undefined ? Date.now() : performance.now() + serverOffset)

  /**
   * One request, tried again while it may help. `use` gets the answer when its status is 2xx or among `expected`, and
   * reads its body; the bytes count as signs of life.
   */
  function request<T>(
    what: string,
    url: string,
    {
      expected = [],
      ...init
    }: Pick<RequestInit, 'method' | 'headers'> & { body?: Uint8Array<ArrayBuffer>; expected?: number[] },
    use: (answer: Response, alive: () => void) => T,
  ) {
    return withRetries(`${what} in ${place}`, options, async () => {
      const controller = new AbortController()
      const timeout = () => controller.abort(new Error(`no answer for ${idleMs / 1000} s`))
      // nothing tells how an upload gets on: it has the time that 50 kB per second need
      let timer = setTimeout(timeout, idleMs + (init.body?.length ?? 0) / 50)
      const alive = () => {
        clearTimeout(timer)
        timer = setTimeout(timeout, idleMs)
      }
      try {
        const time = serverTime()
        const datetime = new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, '')
        // what is signed for one server is nothing for another: a redirect is not followed
        const how = { ...init, signal: controller.signal, redirect: 'manual' as const, aws: { datetime } }
        const answer = await fetch(await client.sign(url, how)).catch((error) => {
          throw connectionError(error)
        })
        if (!answer.ok && !expected.includes(answer.status)) throw await refusalOf(answer, time)
        return await use(answer, alive)
      } catch (error) {
        if (error instanceof ClockSkewError && !Number.isNaN(error.serverTime))
          serverOffset = error.serverTime - performance.now()
        throw controller.signal.aborted ? controller.signal.reason : error
      } finally {
        clearTimeout(timer)
        controller.abort() // ends a body that was not read to its end
      }
    })
  }

  async function read(key: string, { maxBytes = Infinity }: ReadOptions = {}): Promise<Uint8Array | null> {
    const how = { method: 'GET', expected: [404] }
    return request(`cannot read ${key}`, urlOf(key), how, async (answer, alive) =>
      answer.status === 404 ? missing(answer) : readBody(answer, maxBytes, alive),
    )
  }

  async function write(key: string, value: Uint8Array | string, { ifAbsent }: WriteOptions = {}): Promise<void> {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    // the server compares: bytes altered on the way are refused, not stored
    const digest = createHash('sha256').update(bytes).digest('hex')
    const headers = {
      'X-Amz-Content-Sha256': digest,
      'Content-Type': 'application/octet-stream',
      ...(ifAbsent && { 'If-None-Match': '*' }),
    }
    // 412: there is one already, perhaps this very one, whose answer was lost
    // 501: the server has no such condition (Swift); of several that write at the same moment the last one's stays
    const how = { method: 'PUT', body: new Uint8Array(bytes), headers, expected: ifAbsent ? [412, 501] : [] }
    const status = await request(`cannot write ${key}`, urlOf(key), how, (answer) => answer.status)
    if (status === 501 && !(await hasItem(key))) await write(key, value)
  }

  const hasItem = (key: string) =>
    request(`cannot look for ${key}`, urlOf(key), { method: 'HEAD', expected: [404] }, (answer) => answer.ok)

  async function entries(start: string): Promise<Entry[]> {
    const folder = pathOf(start.replace(/:+$/, ''))
    const found: Entry[] = []
    let token: string | undefined
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix: folder && `${folder}/` })
      if (token !== undefined) query.set('continuation-token', token)
      const page = await request(
        'cannot list what is',
        `${base}?${query}`,
        { method: 'GET' },
        async (answer, alive) => {
          const xml = await readBody(answer, 2 ** 24, alive)
          return objectsOf(Buffer.from(xml).toString('utf8'))
        },
      )
      for (const { name, size, mtime } of page.objects) {
        const key = prefix ? name.slice(prefix.length + 1) : name
        // by our clock, so that ages are right
        if (key.split('/').every(isSegment))
          found.push({ key: key.replaceAll('/', ':'), size, mtime: mtime + Date.now() - serverTime() })
      }
      if (page.next === token && token !== undefined) throw new Error(`the list of ${place} does not get on`)
      token = page.next
    } while (token !== undefined)
    return found
  }

  return {
    name: 's3',
    options,
    hasItem,
    async getItem(key) {
      const bytes = await read(key)
      return bytes && Buffer.from(bytes).toString('utf8')
    },
    getItemRaw: read,
    setItem: write,
    setItemRaw: write,
    async removeItem(key) {
      await request(`cannot remove ${key}`, urlOf(key), { method: 'DELETE', expected: [404] }, () => {})
    },
    entries,
    getKeys: async (start = '') => (await entries(start)).map(({ key }) => key),
  }
}

function segmentsOf(key: string): string[] {
  const segments = key === '' ? [] : key.split(':')
  if (!segments.every(isSegment)) throw new RangeError(`s3Storage: key ${JSON.stringify(key)} is not allowed`)
  return segments
}

/** The names that a folder could hold too, so that a store can move from one to the other. */
function isSegment(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL and its like end or garble a name
  return !/^\.*$|[/\\:*?"<>|\u0000-\u001f]/.test(name)
}
