import t from 'tap'
import { createNetworkSet, hashNetwork, parseNetwork } from '../../src/native/networks.ts'

t.test('reads networks', async (t) => {
  t.same(parseNetwork('127.0.0.0/8'), { address: '127.0.0.0', bits: 8 })
  t.same(parseNetwork('2001:db8::/32'), { address: '2001:db8::', bits: 32 })
  for (const text of ['', '10.0.0.0', '10.0.0/8', '10.0.0.0/33', '::/129', 'x/8', '::1/-1']) {
    t.equal(parseNetwork(text), undefined, text)
  }
})

t.test('a set knows what is in it', async (t) => {
  const set = createNetworkSet(['127.0.0.0/8', '2001:db8::/32'])
  t.ok(set.check('127.9.9.9', 'ipv4'))
  t.notOk(set.check('128.0.0.1', 'ipv4'))
  t.ok(set.check('2001:db8:1::1', 'ipv6'))
  t.notOk(set.check('2001:db9::1', 'ipv6'))
})

t.test('addresses of one network have one number, those of another have others', async (t) => {
  const same: [string, string][] = [
    ['192.0.2.1', '192.0.2.254'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.9'],
    ['2001:db8:1:1200::1', '2001:db8:1:12ff:a:b:c:d'],
    ['2001:db8::1', '2001:db8:0:42::1'],
    ['::1', '::2'],
    ['1::4:5:6:7:8', '1:0:0:4:5:6:7:9'],
  ]
  const different: [string, string][] = [
    ['192.0.2.1', '192.0.3.1'],
    ['2001:db8:1:1200::1', '2001:db8:1:1300::1'],
    ['2001:db8:1::1', '2001:db8:2::1'],
    ['1::400:5:6:7:8', '1::500:5:6:7:8'],
  ]
  for (const [a, b] of same) t.equal(hashNetwork(a, 7), hashNetwork(b, 7), `${a} ${b}`)
  for (const [a, b] of different) t.not(hashNetwork(a, 7), hashNetwork(b, 7), `${a} ${b}`)
  t.not(hashNetwork('192.0.2.1', 7), hashNetwork('192.0.2.1', 8))
})
