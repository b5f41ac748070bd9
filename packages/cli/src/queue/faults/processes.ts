// Processes of the fault tests: a Redis of their own, coordinators, workers, and a wire that can be cut.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What QUEUE_SERVER names, else redis-server or valkey-server, whichever is on the PATH. */
export const redisProgram = [process.env.QUEUE_SERVER ?? 'redis-server', 'valkey-server'].find(
  (name) => spawnSync(name, ['--version']).status === 0,
)

export interface Ended {
  code: number | null
  signal: string | null
  output: string
}

export interface Started {
  child: ChildProcess
  ended: Promise<Ended>
  output(): string
}

export function startProgram(program: string, args: string[], env: Record<string, string> = {}): Started {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }))
  })
  return { child, ended, output: () => output }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export class TestRedis {
  readonly port: number
  readonly #folder: string
  readonly #persistent: boolean
  #process: Started | undefined

  constructor(port: number, folder: string, persistent: boolean) {
    this.port = port
    this.#folder = folder
    this.#persistent = persistent
  }

  get address(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Until it answers. */
  async start(): Promise<void> {
    const keeping = this.#persistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder, ...keeping]
    this.#process = startProgram(redisProgram!, args)
    for (let tries = 0; !(await answers(this.port)); tries++) {
      if (tries > 500) throw new Error(`redis does not start: ${this.#process.output()}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async kill(): Promise<void> {
    this.#process?.child.kill('SIGKILL')
    await this.#process?.ended
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.on('data', (data) => {
      socket.destroy()
      resolve(data.toString().startsWith('+PONG'))
    })
    socket.on('error', () => resolve(false))
  })
}

/** A wire to a port, which can be cut (connections break and are refused), go silent (nothing comes through), or forget its connections. */
export class Wire {
  readonly port: number
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #forgotten: Socket[] = []
  #server: Server | undefined
  #silent = false

  constructor(port: number, target: number) {
    this.port = port
    this.#target = target
  }

  async mend(): Promise<void> {
    this.#silent = false
    for (const socket of this.#sockets) socket.resume()
    if (this.#server) return
    this.#server = createServer((near) => {
      const far = connect(this.#target, '127.0.0.1')
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        this.#sockets.add(from)
        from.on('data', (data) => to.write(data))
        from.on('error', () => {})
        from.on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
        if (this.#silent) from.pause()
      }
    })
    await new Promise<void>((resolve) => this.#server!.listen(this.port, resolve))
  }

  silence(): void {
    this.#silent = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Nothing comes through what is open now, for ever, and nobody is told; new connections work. */
  forget(): void {
    this.#forgotten.push(...this.#sockets)
    for (const socket of this.#forgotten) socket.pause()
    this.#sockets.clear()
  }

  async cut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const socket of [...this.#sockets, ...this.#forgotten]) socket.destroy()
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  }
}
