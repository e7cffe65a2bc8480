import t from 'tap'
import { KNOWN_SITE_BYTES_MAX, KNOWN_SITE_COUNT_MAX } from '../../../src/client/limits.ts'
import { SiteBook } from '../../../src/client/upstream/site-book.ts'
import { createSite } from '../../../src/node/site.ts'
import { encodeSite } from '../../../src/record/site.ts'

const siteAt = (port: number, publicKey = Buffer.alloc(0)): Buffer => {
  const at = { host: '8.8.8.8', port }
  return encodeSite(createSite({ native: at, http: at, https: null, publicKey }))
}
const NAME = '88.1/X'

t.test('the same bytes are one site, with the same targets', async (t) => {
  const book = new SiteBook(false)
  const bytes = siteAt(2641)
  const [a, b] = [book.siteOf(bytes), book.siteOf(Buffer.from(bytes))]
  if (a === undefined || b === undefined) throw new Error('no site')
  t.equal(a, b)
  const found = book.targetsOf([a], NAME)
  t.equal(book.targetsOf([b], NAME).targets[0], found.targets[0])
  t.equal(found.targets[0]?.host, '8.8.8.8')
  bytes.fill(0)
  t.equal(a.servers[0]?.address.at(-1), 8, 'kept in memory of its own')
})

t.test('other bytes are another site, and broken ones none', async (t) => {
  const book = new SiteBook(false)
  t.not(book.siteOf(siteAt(2641)), book.siteOf(siteAt(2642)))
  const broken = siteAt(2641).subarray(1)
  t.equal(book.siteOf(broken), undefined)
  t.equal(book.siteOf(broken), undefined)
})

t.test('long sites are not kept, and no more than so many', async (t) => {
  const book = new SiteBook(false)
  const long = siteAt(2641, Buffer.alloc(KNOWN_SITE_BYTES_MAX))
  t.same(book.siteOf(long), book.siteOf(long))
  t.not(book.siteOf(long), book.siteOf(long))
  const first = book.siteOf(siteAt(1))
  t.equal(book.siteOf(siteAt(1)), first)
  for (let port = 2; port <= KNOWN_SITE_COUNT_MAX + 1; port++) book.siteOf(siteAt(port))
  t.not(book.siteOf(siteAt(1)), first, 'forgotten')
})
