import t from 'tap'
import { checkRoundTrips } from './round-trip.ts'

t.test('generated bodies', async (t) => {
  checkRoundTrips(t, ['transactions', 'transactions-start', 'dump'])
})
