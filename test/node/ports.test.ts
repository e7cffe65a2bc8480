import { createServer } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { AddressError, claimAddress } from '../../src/node/ports.ts'

t.test('port 0 becomes a port, the same for TCP and UDP', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const { port } = await claimAddress({ host, port: 0 }, true)
    t.ok(port > 0)
    t.same(await claimAddress({ host, port }, true), { host, port }, 'and is free again')
  }
})

t.test('an address that is taken, or no address of ours, is said so', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const bound = server.address()
  const port = bound === null || typeof bound === 'string' ? 0 : bound.port
  await t.rejects(claimAddress({ host: '127.0.0.1', port }, false), AddressError)
  await t.rejects(claimAddress({ host: '192.0.2.1', port: 0 }, false), {
    message: /no address of this machine/,
  })
})
