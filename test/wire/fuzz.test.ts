import t from 'tap'
import { canaries, runCampaign } from '../fuzz/campaign.ts'

t.test('damaged messages neither crash nor hang nor take memory', async (t) => {
  const result = runCampaign({ seed: 20_260_101, count: 50_000, canary: null })
  t.equal(result.finding, null)
  t.equal(result.done, 50_000)
  t.ok(result.accepted > 1_000, 'some of them still pass for messages')
})

t.test('each canary is found', async (t) => {
  for (const canary of canaries) {
    t.ok(runCampaign({ seed: 7, count: 50_000, canary }).finding, canary)
  }
})

t.test('the same seed finds the same again', async (t) => {
  const find = () => runCampaign({ seed: 8, count: 50_000, canary: 'throws' }).finding
  const found = find()
  t.equal(found?.decoder, 'canary that throws')
  t.strictSame(find(), found)
})
