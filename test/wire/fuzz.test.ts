import t from 'tap'
import { runCampaign } from '../fuzz/campaign.ts'

t.test('damaged messages neither crash nor hang', async (t) => {
  const result = runCampaign({ seed: 20_260_101, count: 50_000, canary: false })
  t.equal(result.finding, null)
  t.equal(result.done, 50_000)
  t.ok(result.accepted > 1_000, 'some of them still pass for messages')
})

t.test('the canary is found, and found again with the same seed', async (t) => {
  const first = runCampaign({ seed: 7, count: 50_000, canary: true })
  t.equal(first.finding?.decoder, 'canary')
  const again = runCampaign({ seed: 7, count: 50_000, canary: true })
  t.strictSame(again.finding, first.finding)
})
