// Helpers of the command-line tests. Not part of the package.

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Gpu } from '@nanoalign/kernels'
import { openNodeDevice } from '@nanoalign/kernels/node'
import { afterAll } from 'vitest'
import type { Host } from './host.ts'
import { main } from './main.ts'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command line in this process. */
export async function run(args: readonly string[], changes: Partial<Host> = {}): Promise<Outcome> {
  const outcome = { code: -1, stdout: '', stderr: '' }
  const host: Host = {
    stdout: (text) => void (outcome.stdout += text),
    stderr: (text) => void (outcome.stderr += text),
    env: {},
    terminal: false,
    columns: 100,
    signal: new AbortController().signal,
    openDevice: (adapter) => (adapter === undefined ? sharedDevice() : openNodeDevice({ adapter })),
    ...changes,
  }
  outcome.code = await main(args, host)
  return outcome
}

// one device for all runs in this process: most of a short run's time is compiling its kernels
let device: Promise<Gpu> | undefined
afterAll(async () => (await device)?.close())

async function sharedDevice(): Promise<Gpu> {
  device ??= openNodeDevice()
  return { ...(await device), close() {} }
}

/** For `openDevice`: the same device, as if it were of another class. */
export async function anotherAdapter(): Promise<Gpu> {
  const gpu = await sharedDevice()
  return { ...gpu, adapter: { ...gpu.adapter, name: 'another GPU' } }
}

/** Starts a command line from source as a process of its own. */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; ended: Promise<Outcome> } {
  const flags = [
    '--import',
    'tsx',
    '--conditions=@nanoalign/source',
    fileURLToPath(new URL('main.ts', import.meta.url)),
  ]
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...env },
  })
  const outcome: Outcome = { code: -1, stdout: '', stderr: '' }
  child.stdout.on('data', (text) => (outcome.stdout += text))
  child.stderr.on('data', (text) => (outcome.stderr += text))
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ ...outcome, code: code ?? -1 }))
  })
  return { child, ended }
}

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'nanoalign-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What must be the same, byte for byte, whatever happened on the way. */
export function runFiles(out: string, id: string): Record<string, string> {
  const files = id.startsWith('train')
    ? ['config.json', 'metrics.jsonl', 'result.json', 'model.safetensors']
    : ['config.json', 'metrics.jsonl', 'result.json']
  return Object.fromEntries(files.map((file) => [file, readFileSync(path.join(out, id, file), 'latin1')]))
}

export async function until(condition: () => boolean, what: string, seconds = 60): Promise<void> {
  for (const start = Date.now(); !condition(); ) {
    if (Date.now() - start > seconds * 1000) throw new Error(`waited ${seconds} s for ${what}`)
    await sleep(20)
  }
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
