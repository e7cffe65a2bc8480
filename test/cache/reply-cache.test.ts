import t from 'tap'
import { ReplyCache } from '../../src/cache/reply-cache.ts'

t.test('bounded in bytes; the least recently used go first', async (t) => {
  const cache = new ReplyCache<{ bytes: number; name: string }>(20_000)
  for (let i = 0; i < 100; i++) {
    cache.get('/0')
    cache.set(`/${i}`, { bytes: 500, name: `reply ${i}` })
  }
  t.ok(cache.bytes <= 20_000)
  t.ok(cache.count > 10 && cache.count < 20)
  t.equal(cache.get('/99')?.name, 'reply 99')
  t.equal(cache.get('/0')?.name, 'reply 0', 'asked for again and again')
  t.equal(cache.get('/50'), undefined)
  cache.delete('/99')
  t.equal(cache.get('/99'), undefined)
})

t.test('one answer does not push out all others', async (t) => {
  const cache = new ReplyCache(20_000)
  cache.set('/a', { bytes: 100 })
  cache.set('/large', { bytes: 10_000 })
  t.equal(cache.get('/large'), undefined)
  t.ok(cache.get('/a'))
})
