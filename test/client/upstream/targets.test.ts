import ipaddr from 'ipaddr.js'
import t from 'tap'
import { SiteBook } from '../../../src/client/upstream/site-book.ts'
import type { Targets } from '../../../src/client/upstream/targets.ts'
import { ServerBook } from '../../../src/client/upstream/server-book.ts'
import { serverIndexOf } from '../../../src/record/server-hash.ts'
import type { Site, SiteServer } from '../../../src/record/site.ts'
import { createSite } from '../../../src/node/site.ts'

const address = (text: string): Buffer => {
  const bytes = Buffer.alloc(16)
  const parsed = ipaddr.parse(text).toByteArray()
  bytes.set(parsed, 16 - parsed.length)
  return bytes
}
const local = { host: '127.0.0.1', port: 1 }
const server = (text: string, serverId: number, rest: Partial<SiteServer> = {}): SiteServer => ({
  serverId, address: address(text), publicKey: Buffer.alloc(0),
  interfaces: [
    { admin: false, query: true, protocol: 'http', port: 80 },
    { admin: true, query: false, protocol: 'tcp', port: 1 },
    { admin: false, query: true, protocol: 'tcp', port: 2641 },
    { admin: true, query: true, protocol: 'udp', port: 2641 },
    { admin: false, query: true, protocol: 'https', port: 70_000 },
  ],
  ...rest,
})
const site = (servers: SiteServer[], rest: Partial<Site> = {}): Site =>
  ({
    ...createSite({ native: local, http: local, https: null, publicKey: Buffer.alloc(0) }),
    servers,
    ...rest,
  })
const find = (sites: Site[], name: string, allowPrivate: boolean): Targets =>
  new SiteBook(allowPrivate).targetsOf(sites, name)
const hosts = (sites: Site[], name = '88.1/X', allowPrivate = false): string[] =>
  find(sites, name, allowPrivate).targets.map(({ host }) => host)

t.test('doors for questions, in the order they are tried', async (t) => {
  const { targets } = find([site([server('8.8.8.8', 1)])], '88.1/X', false)
  const doors = targets[0]?.doors.map(({ protocol, port }) => ({ protocol, port }))
  t.same(doors, [
    { protocol: 'udp', port: 2641 }, { protocol: 'tcp', port: 2641 },
    { protocol: 'http', port: 80 },
  ])
  t.equal(targets[0]?.name, '8.8.8.8:2641,80')
  t.same(hosts([site([server('8.8.8.8', 1, { interfaces: [] })])]), [], 'none at all')
  t.same(hosts([site([])]), [])
})

t.test('a name goes to the server it hashes to', async (t) => {
  const three = site([server('8.8.8.1', 1), server('8.8.8.2', 2), server('8.8.8.3', 3)])
  const seen = new Set<string>()
  for (let i = 0; i < 50; i++) {
    const name = `88.1/N${i}`
    const expected = `8.8.8.${serverIndexOf(name, 'whole', 3) + 1}`
    t.same(hosts([three], name), [expected])
    seen.add(expected)
  }
  t.equal(seen.size, 3)
})

t.test('families by turns, and addresses that may not be asked left out', async (t) => {
  const v4 = [site([server('8.8.8.8', 1)]), site([server('8.8.4.4', 1)])]
  const v6 = [site([server('2400:3200::1', 1)]), site([server('2400:3200::2', 1)])]
  t.same(hosts([...v4, ...v6]), ['2400:3200::1', '8.8.8.8', '2400:3200::2', '8.8.4.4'])
  const inside = site([server('10.0.0.1', 1)])
  t.same(hosts([inside, ...v4]), ['8.8.8.8', '8.8.4.4'])
  t.equal(find([inside], 'x', false).refusedCount, 1)
  t.same(hosts([inside], 'x', true), ['10.0.0.1'])
})

t.test('attributes: another address, and the name on the certificate', async (t) => {
  const attributes = [
    { name: 'alt_addr', value: '9.9.9.9' },
    { name: 'alt_addr.2', value: '2400:3200::1' },
    { name: 'domain.1', value: 'node.example.cn' },
  ]
  t.same(hosts([site([server('8.8.8.8', 1)], { attributes })]), ['8.8.8.8', '9.9.9.9'])
  t.same(hosts([site([server('8.8.8.8', 2)], { attributes })]), ['2400:3200::1', '8.8.8.8'])
  const [named] = find([site([server('8.8.8.8', 1)], { attributes })], 'x', false).targets
  t.equal(named?.tlsName, 'node.example.cn')
})

t.test('many sites are bounded', async (t) => {
  const many = Array.from({ length: 200 }, (_, i) => site([server(`8.8.${i}.8`, 1)]))
  t.equal(hosts(many).length, 16)
})

t.test('the quickest server comes first, one never measured has its chance', async (t) => {
  const book = new ServerBook()
  const { targets } = find(
    ['8.8.8.1', '8.8.8.2', '8.8.8.3'].map((one) => site([server(one, 1)])), 'x', false)
  const order = (nowMs = 0): string[] => book.rank(targets, nowMs).map(({ host }) => host)
  t.same(order(), ['8.8.8.1', '8.8.8.2', '8.8.8.3'], 'nothing known: as given')
  const [a, b, c] = targets.map((target) => book.stateOf(target))
  a?.times.add(90, 0)
  b?.times.add(30, 0)
  t.same(order(), ['8.8.8.3', '8.8.8.2', '8.8.8.1'])
  c?.times.add(60, 0)
  t.same(order(), ['8.8.8.2', '8.8.8.3', '8.8.8.1'])
  for (let i = 0; i < 10; i++) b?.breaker.failed(0)
  t.same(order(), ['8.8.8.3', '8.8.8.1', '8.8.8.2'], 'one that fails comes last')
})
