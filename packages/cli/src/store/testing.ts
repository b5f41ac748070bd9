// A small server that speaks as much of S3's protocol as the store needs, in memory, and can be made to fail. It checks
// every request's signature with the secret it knows. For tests and soaks; not part of the package.

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Random } from '@nanoalign/kernels'
import { AwsV4Signer } from 'aws4fetch'

/** What goes wrong with a request; nothing when it returns undefined. */
export type Fault =
  | { kind: 'status'; status: number; code: string; location?: string; region?: string }
  /** the body ends early and the connection breaks */
  | { kind: 'truncate' }
  /** as truncate, but with a length that fits: nobody but a checksum can tell */
  | { kind: 'shorten' }
  | { kind: 'alter' }
  | { kind: 'hang' }
  | { kind: 'slow'; ms: number }
  /** takes half of the upload and breaks the connection */
  | { kind: 'half-upload' }
  /** has stored the object, but the answer never comes */
  | { kind: 'lost-answer' }

export interface TestS3 {
  env: Record<string, string>
  objects: Map<string, Uint8Array>
  /** when each object was written, ISO 8601 */
  changed: Map<string, string>
  requests: string[]
  fault: (method: string, path: string) => Fault | undefined
  pageSize: number
  /** false: refuses an upload with If-None-Match, as Swift does */
  conditional: boolean
  /** milliseconds by which its clock is ahead of this machine's */
  clockAhead: number
  close(): Promise<void>
}

const CREDENTIALS = { accessKeyId: 'AKIATESTKEY', secretAccessKey: 'test/secret+key' }

/** Starts on a free port of this machine, with one bucket called `bucket`. */
export async function startTestS3(): Promise<TestS3> {
  const objects = new Map<string, Uint8Array>()
  const changed = new Map<string, string>()
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const s3: TestS3 = {
    env: {
      AWS_ENDPOINT_URL: origin,
      AWS_REGION: 'test-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      NANOALIGN_CACHE_SIZE: '0',
    },
    objects,
    changed,
    requests: [],
    fault: () => undefined,
    pageSize: 1000,
    conditional: true,
    clockAhead: 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  const serverTime = () => Date.now() + s3.clockAhead

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request
    const url = new URL(request.url!, origin)
    const path = decodeURIComponent(url.pathname)
    s3.requests.push(`${method} ${path}${url.search}`)
    const fault = s3.fault(method, path)
    if (fault?.kind === 'hang') return
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    response.setHeader('Date', new Date(serverTime()).toUTCString())
    if (fault?.kind === 'status') {
      if (fault.location) response.setHeader('Location', fault.location)
      return refuse(response, fault.status, fault.code, fault.region)
    }
    if (fault?.kind === 'half-upload' && method === 'PUT') {
      await new Promise((resolve) => request.once('data', resolve))
      throw new Error('half')
    }
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const [, bucket, name] = /^\/([^/]*)\/?(.*)$/.exec(path)!
    if (!/^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/test-1\/s3\//.test(request.headers.authorization ?? ''))
      return refuse(response, 400, 'AuthorizationHeaderMalformed', 'test-1')
    if (!(await isSigned(request, url))) return refuse(response, 403, 'SignatureDoesNotMatch')
    const signedAt = String(request.headers['x-amz-date']).replace(
      /^(....)(..)(..)T(..)(..)(..)Z$/,
      '$1-$2-$3T$4:$5:$6Z',
    )
    if (!(Math.abs(Date.parse(signedAt) - serverTime()) < 15 * 60_000))
      return refuse(response, 403, 'RequestTimeTooSkewed')
    if (bucket !== 'bucket') return refuse(response, 404, 'NoSuchBucket')
    if (method === 'GET' && name === '') return list(response, url)
    if (method === 'PUT') {
      if (createHash('sha256').update(body).digest('hex') !== request.headers['x-amz-content-sha256'])
        return refuse(response, 400, 'XAmzContentSHA256Mismatch')
      if (request.headers['if-none-match'] === '*') {
        if (!s3.conditional) return refuse(response, 501, 'NotImplemented')
        if (objects.has(name)) return refuse(response, 412, 'PreconditionFailed')
      }
      objects.set(name, body)
      changed.set(name, new Date().toISOString())
      if (fault?.kind === 'lost-answer') throw new Error('lost')
      return void response.end()
    }
    if (method === 'DELETE') {
      objects.delete(name)
      return void response.writeHead(204).end()
    }
    const object = objects.get(name)
    if (!object) return refuse(response, 404, 'NoSuchKey')
    response.setHeader('Last-Modified', new Date(changed.get(name) ?? 0).toUTCString())
    const sent = fault?.kind === 'shorten' ? object.subarray(0, object.length >> 1) : Buffer.from(object)
    if (fault?.kind === 'alter' && sent.length > 0) sent[sent.length >> 1] ^= 1
    response.setHeader('Content-Length', sent.length)
    if (method === 'HEAD') return void response.end()
    if (fault?.kind !== 'truncate') return void response.end(sent)
    response.write(sent.subarray(0, sent.length >> 1), () => response.socket?.destroy())
  }

  function list(response: ServerResponse, url: URL): void {
    const start = url.searchParams.get('continuation-token') ?? ''
    const prefix = url.searchParams.get('prefix') ?? ''
    const names = [...objects.keys()].filter((name) => name.startsWith(prefix) && name > start).sort()
    const page = names.slice(0, s3.pageSize)
    const more = names.length > page.length
    response.setHeader('Content-Type', 'application/xml')
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult><IsTruncated>${more}</IsTruncated>${page
        .map(
          (name) =>
            `<Contents><Key>${escaped(name)}</Key><LastModified>${changed.get(name)}</LastModified><Size>${objects.get(name)!.length}</Size></Contents>`,
        )
        .join(
          '',
        )}${more ? `<NextContinuationToken>${escaped(page[page.length - 1])}</NextContinuationToken>` : ''}</ListBucketResult>`,
    )
  }
  return s3
}

// the real server's answer repeats the access key: it must never reach a message
function refuse(response: ServerResponse, status: number, code: string, region?: string): void {
  response.writeHead(status, { 'Content-Type': 'application/xml' })
  const where = region ? `<Region>${region}</Region>` : ''
  response.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><AWSAccessKeyId>${CREDENTIALS.accessKeyId}</AWSAccessKeyId>${where}</Error>`,
  )
}

/** Whether the request carries the signature (AWS version 4) that the secret gives for it. */
async function isSigned({ method, headers }: IncomingMessage, url: URL): Promise<boolean> {
  const sent = headers.authorization ?? ''
  const names = /SignedHeaders=([^,]+)/
    .exec(sent)?.[1]
    .split(';')
    .filter((name) => name !== 'host')
  if (!names) return false
  const signer = new AwsV4Signer({
    ...CREDENTIALS,
    method,
    url: url.href,
    service: 's3',
    region: 'test-1',
    datetime: String(headers['x-amz-date']),
    headers: Object.fromEntries(names.map((name) => [name, String(headers[name])])),
  })
  return (await signer.authHeader()) === sent
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Faults at `rate` of all requests, of every kind, the same for the same seed; `counts` tells how many of each there were. */
export function faultsOf(seed: number, rate: number): { fault: TestS3['fault']; counts: Record<string, number> } {
  const random = new Random(seed, 'faults of a store')
  const kinds: Fault[] = [
    { kind: 'status', status: 500, code: 'InternalError' },
    { kind: 'status', status: 503, code: 'SlowDown' },
    { kind: 'truncate' },
    { kind: 'shorten' },
    { kind: 'alter' },
    { kind: 'slow', ms: 50 },
    { kind: 'half-upload' },
    { kind: 'lost-answer' },
  ]
  const counts: Record<string, number> = {}
  return {
    counts,
    fault() {
      if (random.uniform() >= rate) return undefined
      const fault = kinds[Math.floor(random.uniform() * kinds.length)]
      counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
      return fault
    },
  }
}
