import type { Method } from './method.ts'

export const naive: Method = {
  name: 'naive',
  about: 'cross-entropy with the weak supervisor’s beliefs',
  student: async (bench) => (await bench.train()).value,
}
