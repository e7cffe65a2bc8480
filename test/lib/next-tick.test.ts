import t from 'tap'
import { settleNextTick } from '../../src/lib/next-tick.ts'

t.test('ticks go on as before, in order', async (t) => {
  const seen: string[] = []
  process.nextTick(() => { seen.push('before') })
  settleNextTick()
  await new Promise<void>((resolve) => {
    process.nextTick(() => {
      seen.push('after')
      resolve()
    })
  })
  t.same(seen, ['before', 'after'])
})
