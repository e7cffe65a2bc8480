import t from 'tap'
import { encodeOwnSite } from '../../src/node/site.ts'
import { decodeSite } from '../../src/record/site.ts'

t.test('the site says where the node listens', async (t) => {
  for (const [host, address] of [
    ['127.0.0.1', '0000000000000000000000007f000001'],
    ['::1', '00000000000000000000000000000001'],
    ['localhost', '00000000000000000000000000000000'],
  ] as const) {
    const native = { host, port: 2641 }
    const publicKey = Buffer.from('key')
    const parts = { native, http: { host, port: 8000 }, https: null, publicKey }
    const site = decodeSite(encodeOwnSite(parts))
    t.equal(site.servers[0]?.address.toString('hex'), address)
    t.same(site.servers[0]?.interfaces.map(({ protocol, port }) => [protocol, port]), [
      ['udp', 2641], ['tcp', 2641], ['http', 8000],
    ])
    t.ok(site.servers[0]?.interfaces.every(({ admin, query }) => admin && query))
    t.equal(site.servers[0]?.publicKey.toString(), 'key')
    t.ok(site.primary)
    const secure = decodeSite(encodeOwnSite({ ...parts, https: { host, port: 8443 } }))
    t.same(secure.servers[0]?.interfaces.at(-1), {
      admin: true, query: true, protocol: 'https', port: 8443,
    })
  }
})
