import t from 'tap'
import { randomId } from '../../src/lib/sortable-id.ts'

t.test('ids sort by when they were made, also within a millisecond', async (t) => {
  const ids = Array.from({ length: 2000 }, () => randomId('org'))
  t.same(ids, ids.toSorted())
  t.match(ids[0], /^org_[0-9a-f]{32}$/)
})
