import t from 'tap'
import { fnv1a } from '../../src/lib/fnv.ts'

t.test('it is FNV-1a', (t) => {
  // The published values for these bytes.
  const known = { '': 0x811c9dc5, a: 0xe40c292c, foobar: 0xbf9cf968 }
  for (const [text, hash] of Object.entries(known)) t.equal(fnv1a(text), hash | 0, text)
  t.equal(fnv1a('costarring'), fnv1a('liquid'), 'which have one hash')
  t.end()
})
