import t from 'tap'
import { createCommitMeters } from '../../src/node/commit-meters.ts'
import { createMeters } from '../../src/node/meters.ts'

t.test('each commit is counted, sized and timed; those who wait are told of', async (t) => {
  const meters = createMeters(1)
  const { onCommitted, writer } = createCommitMeters(meters)
  onCommitted(12, 0.004)
  onCommitted(1, 0.001)
  writer.onCommit(5, 7)
  writer.onCommit(0, 3)
  t.equal(meters.counters.get('registry_commits_total'), 2)
  t.equal(meters.histograms.read('registry_commit_changes', null).sum, 13)
  t.equal(meters.histograms.read('registry_commit_seconds', null).sum, 0.005)
  const { counts, sum } = meters.histograms.read('registry_commit_commands', null)
  t.equal(sum, 5)
  t.equal(counts.reduce((a, b) => a + b, 0), 1, 'a batch without a commit is none')
  t.equal(meters.gauges.get('registry_waiting_commands', 0), 3)
})
