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
    const site = decodeSite(encodeOwnSite(native, { host, port: 8000 }, null))
    t.equal(site.servers[0]?.address.toString('hex'), address)
    t.same(site.servers[0]?.interfaces.map(({ protocol, port }) => [protocol, port]), [
      ['udp', 2641], ['tcp', 2641], ['http', 8000],
    ])
    t.ok(site.primary)
    const secure = decodeSite(encodeOwnSite(native, { host, port: 8000 }, { host, port: 8443 }))
    t.same(secure.servers[0]?.interfaces.at(-1), {
      admin: true, query: true, protocol: 'https', port: 8443,
    })
  }
})
