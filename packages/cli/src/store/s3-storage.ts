// An unstorage driver for S3 and what speaks its protocol (MinIO, R2, Ceph, Garage). Requests are signed by aws4fetch.
// unstorage's own s3 driver lists no more than the first 1000 objects of the whole bucket, waits for ever, gives up at
// the first 503 and puts the server's answer, which may name the access key, into its errors.
// Key a:b:c is the object <prefix>/a/b/c. An object is replaced as a whole or not at all: that is S3's promise.

import { createHash } from 'node:crypto'
import { AwsClient } from 'aws4fetch'
import type { Driver } from 'unstorage'
import type { Entry, OpenedStore } from './open-store.ts'
import { type RetryOptions, StoreUnavailableError, withRetries } from './retry.ts'
import { objectsOf } from './s3-list.ts'

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

  /** One request, tried again while it may help. `use` reads the answer's body; its bytes count as signs of life. */
  function request<T>(what: string, url: string, init: RequestInit, use: (answer: Response, alive: () => void) => T) {
    return withRetries(`${what} in ${place}`, options, async () => {
      const controller = new AbortController()
      const timeout = () => controller.abort(new Error(`no answer for ${idleMs / 1000} s`))
      let timer = setTimeout(timeout, idleMs + ((init.body as Uint8Array | undefined | null) ? 60_000 : 0))
      const alive = () => {
        clearTimeout(timer)
        timer = setTimeout(timeout, idleMs)
      }
      try {
        const signed = await client.sign(url, { ...init, signal: controller.signal })
        const answer = await fetch(signed)
        if (!answer.ok && ![404, 412].includes(answer.status)) throw await refusalOf(answer)
        return await use(answer, alive)
      } catch (error) {
        throw controller.signal.aborted ? controller.signal.reason : error
      } finally {
        clearTimeout(timer)
        controller.abort() // ends a body that was not read to its end
      }
    })
  }

  async function read(key: string, { maxBytes = Infinity }: ReadOptions = {}): Promise<Uint8Array | null> {
    return request(`cannot read ${key}`, urlOf(key), { method: 'GET' }, async (answer, alive) => {
      if (answer.status === 404) return missing(answer)
      return readBody(answer, maxBytes, alive)
    })
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
    const body = new Uint8Array(bytes)
    await request(`cannot write ${key}`, urlOf(key), { method: 'PUT', body, headers }, async (answer) => {
      // 412: there is one already, perhaps this very one, whose answer was lost
      if (answer.status === 404 || (answer.status === 412 && !ifAbsent)) throw await refusalOf(answer)
    })
  }

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
          if (answer.status === 404) throw await refusalOf(answer)
          const xml = await readBody(answer, 2 ** 24, alive)
          return objectsOf(Buffer.from(xml).toString('utf8'))
        },
      )
      for (const { name, ...facts } of page.objects) {
        const key = prefix ? name.slice(prefix.length + 1) : name
        if (key.split('/').every(isSegment)) found.push({ key: key.replaceAll('/', ':'), ...facts })
      }
      if (page.next === token && token !== undefined) throw new Error(`the list of ${place} does not get on`)
      token = page.next
    } while (token !== undefined)
    return found
  }

  return {
    name: 's3',
    options,
    hasItem: (key) => request(`cannot look for ${key}`, urlOf(key), { method: 'HEAD' }, (answer) => answer.ok),
    async getItem(key) {
      const bytes = await read(key)
      return bytes && Buffer.from(bytes).toString('utf8')
    },
    getItemRaw: read,
    setItem: write,
    setItemRaw: write,
    async removeItem(key) {
      await request(`cannot remove ${key}`, urlOf(key), { method: 'DELETE' }, () => {})
    },
    entries,
    getKeys: async (start = '') => (await entries(start)).map(({ key }) => key),
  }
}

/** A body of at most `maxBytes` + 1 bytes. One that ends early is an error of fetch's, which is tried again. */
async function readBody(answer: Response, maxBytes: number, alive: () => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    alive()
    chunks.push(chunk)
    length += chunk.length
    if (length > maxBytes) break
  }
  const bytes = new Uint8Array(Math.min(length, maxBytes + 1))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk.subarray(0, bytes.length - at), at)
    at += Math.min(chunk.length, bytes.length - at)
  }
  return bytes
}

/** 404 is "no such object", but also "no such bucket", which must not pass for an empty store. */
async function missing(answer: Response): Promise<null> {
  if ((await codeOf(answer)) === 'NoSuchBucket') throw new StoreUnavailableError('there is no such bucket')
  return null
}

async function refusalOf(answer: Response): Promise<Error> {
  const code = await codeOf(answer)
  const text = [answer.status, code || answer.statusText].filter(Boolean).join(' ')
  // 5xx and these two may pass; anything else is the same next time
  if (answer.status >= 500 || answer.status === 429 || code === 'RequestTimeout') return new Error(text)
  const denied = answer.status === 401 || answer.status === 403
  return new StoreUnavailableError(
    denied ? `access denied (${text}); check the AWS_… variables of the environment` : text,
  )
}

/** S3's own word for what is wrong, such as SlowDown; nothing else of an answer is shown, as it may repeat the request. */
async function codeOf(answer: Response): Promise<string> {
  const xml = Buffer.from(await readBody(answer, 65_536, () => {}).catch(() => new Uint8Array())).toString('utf8')
  return /<Code>([A-Za-z0-9.]{1,60})<\/Code>/.exec(xml)?.[1] ?? ''
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
