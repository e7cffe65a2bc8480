import t from 'tap'
import { createValue } from '../../src/record/value.ts'
import { jsonOf, startHttp } from '../support/http.ts'

t.test('ready: each part, what is held, and nothing of it kept by anyone', async (t) => {
  for (const workers of [0, 1]) {
    const { ask, put } = await startHttp(t, { workers })
    put('88.118.8/A', [createValue(1, 'URL', 'x')])
    const alive = await ask('/healthz')
    t.equal(alive.status, 200)
    t.same(jsonOf(alive), { ready: true })
    const ready = await ask('/readyz')
    t.equal(ready.status, 200)
    t.match(jsonOf(ready), {
      ready: true,
      parts: {
        store: { ready: true }, threads: { ready: true },
        native: { ready: true }, http: { ready: true },
      },
      // Beside what was put there: the first administrator's record, under 0.NA and 88.
      holdings: { records: 2, prefixes: 3 },
    })
    for (const { headers } of [alive, ready]) t.equal(headers['cache-control'], 'no-store')
  }
})
