import { execFileSync } from 'node:child_process'
import { Random } from '@nanoalign/kernels'
import { expect, test } from 'vitest'
import { commandLine, isCommandLine } from './provenance.ts'

const CHARACTERS = [...`ab1 ./:\\,=@+-%$!\`"'&|<>^(){}[]*?~#;é“”‘’`]

test.skipIf(process.platform === 'win32')('a shell reads a command line as what it was made of', () => {
  const random = new Random(1, 'command lines')
  const dice = (n: number) => Math.floor(random.uniform() * n)
  const listOf = <T>(most: number, make: () => T) => Array.from({ length: dice(most + 1) }, make)
  const lines = Array.from({ length: 500 }, () =>
    listOf(4, () => listOf(12, () => CHARACTERS[dice(CHARACTERS.length)]).join('')),
  )
  const script = `nanoalign() { printf '%s\\0' "$@"; printf '\\n\\0'; }\n${lines.map((args) => commandLine(args)).join('\n')}`
  const words = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' }).split('\0').slice(0, -1)
  // printf prints one empty text for no argument
  expect(words).toEqual(lines.flatMap((args) => [...(args.length === 0 ? [''] : args), '\n']))
  for (const args of lines) expect(isCommandLine(commandLine(args))).toBe(true)
})

test('a path and a sentence are written in a way that every shell reads', () => {
  const path = 'C:\\Users\\J. Ö\\a & b.txt'
  for (const platform of ['linux', 'win32']) {
    const line = commandLine(['train', '--data', path, '--prompt', "the whale's"], platform)
    expect(line).toBe(`nanoalign train --data "${path}" --prompt "the whale's"`)
    expect(isCommandLine(line, 'linux')).toBe(true)
    expect(isCommandLine(line, 'win32')).toBe(true)
  }
  expect(commandLine(['w2s', '--methods', 'naive,aux'], 'win32')).toBe('nanoalign w2s --methods "naive,aux"')
})

test.each([
  "nanoalign train --data 'a & calc'", // cmd.exe knows no single quotes
  "nanoalign train --data 'a'\\''; calc #'", // PowerShell escapes them in another way
  'nanoalign train --data ’; calc',
  'nanoalign train --data "$(calc)"',
  'nanoalign train --data "”; calc ”"',
  'nanoalign train --data "a\\" & calc',
  'nanoalign train --data "%COMSPEC%"',
  'nanoalign train & calc',
  'nanoalign train %COMSPEC%',
])('not to be pasted on Windows: %s', (line) => {
  expect(isCommandLine(line, 'win32')).toBe(false)
})

test('a long line takes no longer than a short one', () => {
  for (const word of ["'a'", '"a"', 'a', '"\\', "'\\''"])
    for (const platform of ['linux', 'win32'])
      expect(isCommandLine(`nanoalign ${`${word} `.repeat(20_000)}`, platform)).toBe(false)
}, 5000)
