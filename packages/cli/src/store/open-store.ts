// Where artifacts live: a folder (also one that machines share), or a bucket of an S3-compatible store.

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { ArtifactStore } from '@nanoalign/experiments'
import { createStorage, type Storage } from 'unstorage'
import { UsageError } from '../errors.ts'
import { folderStorage } from '../folder-storage.ts'
import { FolderCache } from './blob-cache.ts'
import type { RetryOptions } from './retry.ts'
import { s3Storage } from './s3-storage.ts'

export type Environment = Record<string, string | undefined>

/** One stored value, without its bytes. */
export interface Entry {
  key: string
  size: number
  /** milliseconds since 1970 */
  mtime: number
}

export interface OpenedStore {
  artifacts: ArtifactStore
  /** what `artifacts` is kept in */
  storage: Storage
  /** what is stored below `prefix` */
  entries(prefix: string): Promise<Entry[]>
  /** for people: the folder's full path, or s3://bucket/prefix; never holds a credential */
  location: string
}

const DEFAULT_CACHE_SIZE = '10GB'

/**
 * The store at `location`: a folder's path, or `s3://bucket/prefix`, whose endpoint and credentials come from the
 * environment as for the AWS tools (AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, …). Nothing is read or written yet.
 * A cache on this machine stands in front when `cached`.
 * @throws UsageError when the location or the environment cannot be right.
 */
export function openStore(
  location: string,
  env: Environment = process.env,
  { cached = true, ...retry }: { cached?: boolean } & RetryOptions = {},
): OpenedStore {
  const remote = location.includes('://')
  const s3 = remote ? s3Options(location, env) : undefined
  const driver = s3 ? s3Storage({ ...s3, ...retry }) : folderStorage({ base: resolve(location) })
  const storage = createStorage({ driver })
  return {
    artifacts: new ArtifactStore(storage, undefined, cached ? openCache(env) : undefined),
    storage,
    entries: driver.entries,
    location: s3 ? `s3://${[s3.bucket, s3.prefix].filter(Boolean).join('/')}` : resolve(location),
  }
}

function s3Options(location: string, env: Environment) {
  // neither the location nor the endpoint is repeated in these messages: the mistake may be a credential in them
  const url = URL.canParse(location) ? new URL(location) : undefined
  if (url?.protocol !== 's3:')
    throw new UsageError('--store takes a folder or s3://bucket/prefix; other kinds of address are not known')
  if (url.username || url.password || url.search || url.hash)
    throw new UsageError(
      '--store takes s3://bucket/prefix alone; credentials belong in the environment (AWS_ACCESS_KEY_ID)',
    )
  const bucket = url.hostname
  const segments = url.pathname.split('/').filter(Boolean)
  if (
    !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) ||
    !segments.every((name) => /^[\w.-]*[\w-][\w.-]*$/.test(name))
  )
    throw new UsageError(
      '--store s3://bucket/prefix: a bucket is 3 to 63 of a-z, 0-9, dot and hyphen, a prefix letters, digits and ._- between slashes',
    )
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || `https://s3.${region}.amazonaws.com`
  const parsed = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || parsed.username || parsed.password || parsed.search)
    throw new UsageError('AWS_ENDPOINT_URL must be an http or https address without credentials')
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!accessKeyId || !secretAccessKey)
    throw new UsageError(`--store s3://${bucket} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment`)
  const sessionToken = env.AWS_SESSION_TOKEN || undefined
  return {
    endpoint,
    bucket,
    prefix: segments.join('/'),
    region,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
  }
}

function openCache(env: Environment): FolderCache | undefined {
  const caches = env.XDG_CACHE_HOME || join(homedir(), '.cache')
  const folder = env.NANOALIGN_CACHE || join(caches, 'nanoalign', 'blobs')
  const bytes = parseSize(env.NANOALIGN_CACHE_SIZE || DEFAULT_CACHE_SIZE)
  if (bytes === undefined)
    throw new UsageError('NANOALIGN_CACHE_SIZE must be a size such as 500MB or 10GB; 0 for no cache')
  return bytes === 0 ? undefined : new FolderCache(resolve(folder), bytes)
}

const UNITS: Record<string, number> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
}

/** `10GB`, `1.5 GiB`, `1000` → bytes; undefined when it is none of these. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]?i?B)?$/i.exec(text.trim())
  const unit = UNITS[(match?.[2] ?? '').toUpperCase()]
  const bytes = match && unit ? Math.round(Number(match[1]) * unit) : undefined
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
