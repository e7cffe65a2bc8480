import t from 'tap'
import { formatSiteAddress, parseSiteAddress } from '../../src/record/site-address.ts'

const cases: [text: string, hex: string][] = [
  ['127.0.0.1', '0000000000000000000000007f000001'],
  ['0.0.0.0', '00000000000000000000000000000000'],
  ['1.0.0.0', '00000000000000000000000001000000'],
  ['255.255.255.255', '000000000000000000000000ffffffff'],
  // The smallest addresses of IPv6 look like IPv4 ones that no host has.
  ['::1', '00000000000000000000000000000001'],
  ['2001:db8::5', '20010db8000000000000000000000005'],
]

t.test('text and bytes', async (t) => {
  for (const [text, hex] of cases) {
    t.equal(parseSiteAddress(text)?.toString('hex'), hex, text)
    t.equal(formatSiteAddress(Buffer.from(hex, 'hex')), text, hex)
  }
  t.equal(parseSiteAddress('0.0.0.1')?.toString('hex'), parseSiteAddress('::1')?.toString('hex'))
})

t.test('what is no address', async (t) => {
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.256', 'fe80::1%eth0', '[::1]', '::1/64']) {
    t.equal(parseSiteAddress(text), undefined, text)
  }
})
