import ipaddr from 'ipaddr.js'
import t from 'tap'
import { allowedAddress, allowedAddressText } from '../../../src/client/upstream/address-policy.ts'

/** As a site record has it: an IPv4 address behind zeros. */
function siteBytes(text: string): Buffer {
  const bytes = Buffer.alloc(16)
  const parsed = ipaddr.parse(text).toByteArray()
  bytes.set(parsed, 16 - parsed.length)
  return bytes
}

t.test('which addresses a site record may send this node to', async (t) => {
  const cases: [address: string, isPublic: boolean, onClosedNetwork: boolean][] = [
    ['8.8.8.8', true, true],
    ['223.5.5.5', true, true],
    ['2400:3200::1', true, true],
    ['127.0.0.1', false, true],
    ['127.255.0.9', false, true],
    ['::1', false, true],
    ['10.1.2.3', false, true],
    ['172.16.0.1', false, true],
    ['192.168.1.1', false, true],
    ['100.64.0.1', false, true],
    ['169.254.169.254', false, true],
    ['fe80::1', false, true],
    ['fd00::1', false, true],
    ['::ffff:127.0.0.1', false, true],
    ['::ffff:10.0.0.1', false, true],
    ['64:ff9b::7f00:1', false, true],
    ['2002:7f00:1::', false, true],
    ['192.0.2.1', false, true],
    ['198.18.0.1', false, true],
    ['240.0.0.1', false, true],
    ['224.0.0.1', false, false],
    ['ff02::1', false, false],
    ['255.255.255.255', false, false],
    ['::', false, false],
    // Once IPv4 inside IPv6, now nobody's; in a site record they would read as 0.x.y.z.
    ['::2', false, false],
    ['::0.5.0.1', false, false],
  ]
  for (const [address, isPublic, onClosedNetwork] of cases) {
    t.equal(allowedAddress(siteBytes(address), false) !== undefined, isPublic, address)
    t.equal(allowedAddress(siteBytes(address), true) !== undefined, onClosedNetwork, address)
    t.equal(allowedAddressText(address, false) !== undefined, isPublic, `${address} as text`)
  }
  t.equal(allowedAddress(Buffer.alloc(16), true), undefined, '0.0.0.0')
})

t.test('addresses come out as they are written', async (t) => {
  t.equal(allowedAddress(siteBytes('127.0.0.1'), true), '127.0.0.1')
  t.equal(allowedAddress(siteBytes('::1'), true), '::1')
  t.equal(allowedAddress(siteBytes('2400:3200::1'), false), '2400:3200::1')
  t.equal(allowedAddress(siteBytes('::ffff:8.8.8.8'), false), '8.8.8.8')
  t.equal(allowedAddress(Buffer.alloc(4), true), undefined)
  t.equal(allowedAddressText('localhost', true), undefined)
  t.equal(allowedAddressText('', true), undefined)
})
