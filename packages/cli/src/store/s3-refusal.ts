// What an S3 server says when it does not do what it was asked, in words that tell what to do about it. Of its answer
// only the error's code and the bucket's region are shown: the rest may repeat the request, and with it the access key.

import { StoreUnavailableError } from './retry.ts'

/** Milliseconds that the time of a request may be off; Amazon's limit, which others have taken over. */
const CLOCK_TOLERANCE = 15 * 60_000
/** Codes of answers below 500 that may be another the next time. */
const PASSING = new Set([
  'BadDigest', // like the next two: not all that was sent has arrived as it was
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'RequestTimeout',
  'ConditionalRequestConflict', // another upload of the same name is under way
  'OperationAborted',
])
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired|InvalidToken)$/
const ELSEWHERE = /^(AuthorizationHeaderMalformed|PermanentRedirect|TemporaryRedirect)$/
const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/

/** The server's clock and ours, which signed the request, are too far apart. */
export class ClockSkewError extends Error {
  /** the server's time, in milliseconds since 1970 */
  readonly serverTime: number

  constructor(text: string, serverTime: number) {
    super(`this machine's clock and the server's do not agree (${text})`)
    this.serverTime = serverTime
  }
}

/** The error for an answer to a request that was signed at `signedAt`: a StoreUnavailableError unless it may pass. */
export async function refusalOf(answer: Response, signedAt: number): Promise<Error> {
  const { status, headers } = answer
  const xml = await startOf(answer)
  const code = codeIn(xml)
  const text = [status, code || answer.statusText].filter(Boolean).join(' ')
  const serverTime = Date.parse(headers.get('date') ?? '')
  const skewed = Math.abs(serverTime - signedAt) > CLOCK_TOLERANCE
  if (code === 'RequestTimeTooSkewed' || (status === 403 && code === '' && skewed))
    return new ClockSkewError(text, serverTime)
  if ((status >= 500 && status !== 501) || status === 429 || PASSING.has(code)) return new Error(text)
  if (code === 'NoSuchBucket') return new StoreUnavailableError(`there is no such bucket (${text})`)
  if (EXPIRED.test(code))
    return new StoreUnavailableError(`the session has ended (${text}); renew the AWS_… variables of the environment`)
  if ((status >= 300 && status < 400) || ELSEWHERE.test(code)) {
    const named = headers.get('x-amz-bucket-region') ?? /<Region>([^<]*)<\/Region>/.exec(xml)?.[1] ?? ''
    const region = /^[a-z][a-z0-9-]{0,31}$/.test(named) ? `, its region is ${named}` : ''
    return new StoreUnavailableError(
      `the bucket is not here${region} (${text}); check AWS_REGION and AWS_ENDPOINT_URL in the environment`,
    )
  }
  if (status === 401 || status === 403)
    return new StoreUnavailableError(
      `access denied (${text}); check the AWS_… variables of the environment, and what their user may do in the bucket`,
    )
  return new StoreUnavailableError(text)
}

/** `error` of a fetch, or what to do about it when another try would end the same way. */
export function connectionError(error: unknown): unknown {
  const { code } = ((error as Error).cause ?? {}) as { code?: string }
  if (typeof code !== 'string' || !UNTRUSTED.test(code)) return error
  return new StoreUnavailableError(
    `the server's certificate is not trusted (${code}); NODE_EXTRA_CA_CERTS names a file with authorities of your own`,
  )
}

/** 404 is "no such object", but also "no such bucket", which must not pass for an empty store. */
export async function missing(answer: Response): Promise<null> {
  const code = codeIn(await startOf(answer))
  if (code === 'NoSuchBucket') throw new StoreUnavailableError(`there is no such bucket (404 ${code})`)
  return null
}

const codeIn = (xml: string) => /<Code>([A-Za-z0-9.]{1,60})<\/Code>/.exec(xml)?.[1] ?? ''

async function startOf(answer: Response): Promise<string> {
  const bytes = await readBody(answer, 65_536, () => {}).catch(() => new Uint8Array())
  return Buffer.from(bytes).toString('utf8')
}

/** A body of at most `maxBytes` + 1 bytes. One that ends early is an error of fetch's, which is tried again. */
export async function readBody(answer: Response, maxBytes: number, alive: () => void): Promise<Uint8Array> {
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
