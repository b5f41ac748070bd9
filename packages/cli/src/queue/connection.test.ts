import { expect, test } from 'vitest'
import { queueAddress } from './connection.ts'

test('an address from the command line or the environment', () => {
  expect(queueAddress(undefined, {})).toBeUndefined()
  expect(queueAddress('redis://host', {})).toMatchObject({
    options: { host: 'host', port: 6379, db: 0, username: undefined, password: undefined },
    shown: 'redis://host',
  })
  expect(queueAddress(undefined, { NANOALIGN_QUEUE: 'rediss://host:7000/2' })).toMatchObject({
    options: { port: 7000, db: 2, tls: {} },
    shown: 'rediss://host:7000/2',
  })
  expect(queueAddress('redis://[::1]:7', {})!.options.host).toBe('::1')
})

test('credentials come from the environment and are not shown', () => {
  const env = { NANOALIGN_QUEUE_USER: 'ann', NANOALIGN_QUEUE_PASSWORD: 's3cret' }
  const address = queueAddress('redis://host', env)!
  expect(address.options).toMatchObject({ username: 'ann', password: 's3cret' })
  const inside = queueAddress(undefined, { NANOALIGN_QUEUE: 'redis://ann:s3%2Fcret@host' })!
  expect(inside.options).toMatchObject({ username: 'ann', password: 's3/cret' })
  for (const { shown } of [address, inside]) expect(shown).toBe('redis://host')
})

test('a password in the environment that is not encoded is told, not repeated', () => {
  const address = () => queueAddress(undefined, { NANOALIGN_QUEUE: 'redis://ann:100%s3cret@host' })
  expect(address).toThrow(/^NANOALIGN_QUEUE: in its user and password % begins a code/)
})

test.each([
  ['redis://ann:s3cret@host', 'must not hold a user or password'],
  ['http://host', 'an address such as redis://host:6379'],
  ['s3cret', 'an address such as redis://host:6379'],
  ['redis://host/x', 'must be the number of a database'],
  ['redis://host/1?password=s3cret', 'nothing may follow'],
])('%s is refused without repeating it', (text, message) => {
  let error = ''
  try {
    queueAddress(text, {})
  } catch (thrown) {
    error = (thrown as Error).message
  }
  expect(error).toContain(message)
  expect(error).not.toContain('s3cret')
})
