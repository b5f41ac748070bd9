// A network of its own for workers, whose cable can be unplugged: unlike a closed connection, nobody is told. Linux, root.

import { spawnSync } from 'node:child_process'

const run = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' })

export class NetworkNamespace {
  readonly name: string
  /** where the host is, as seen from inside */
  readonly host: string
  readonly #link: string

  private constructor(name: string, subnet: number) {
    this.name = name
    this.host = `10.213.${subnet}.1`
    this.#link = name
  }

  /** Undefined, with the reason, where the system does not let us. */
  static create(): NetworkNamespace | string {
    const subnet = process.pid % 250
    const name = `nanoalign${process.pid % 10_000}`
    const made = run('netns', 'add', name)
    if (made.error || made.status !== 0) return (made.error?.message ?? made.stderr).trim()
    const space = new NetworkNamespace(name, subnet)
    const commands = [
      ['link', 'add', name, 'type', 'veth', 'peer', 'name', 'inside', 'netns', name],
      ['addr', 'add', `${space.host}/24`, 'dev', name],
      ['link', 'set', name, 'up'],
      ['-n', name, 'addr', 'add', `10.213.${subnet}.2/24`, 'dev', 'inside'],
      ['-n', name, 'link', 'set', 'inside', 'up'],
      ['-n', name, 'link', 'set', 'lo', 'up'],
    ]
    for (const command of commands) {
      const { status, stderr } = run(...command)
      if (status === 0) continue
      space.remove()
      return `ip ${command.join(' ')}: ${stderr.trim()}`
    }
    return space
  }

  /** Before a program's own command line. */
  get prefix(): string[] {
    return ['ip', 'netns', 'exec', this.name]
  }

  unplug(): void {
    run('link', 'set', this.#link, 'down')
  }

  plug(): void {
    run('link', 'set', this.#link, 'up')
  }

  remove(): void {
    run('netns', 'del', this.name)
    run('link', 'del', this.#link)
  }
}
