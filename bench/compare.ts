import { readdirSync } from 'node:fs'
import { Script } from '../src/cli/script.ts'
import { ratioOf } from './report.ts'
import { loadCommitted, loadResults } from './results.ts'

new Script<object>('bench:compare',
  'Shows the newest result of the benchmark beside the last committed one: how the ratios to the '
    + 'baseline of each own run changed, since machines differ from hour to hour.')
  .readFlags()
const newest = readdirSync('bench/results').filter((name) => name.endsWith('.json')).sort().at(-1)
const after = newest === undefined ? undefined : loadResults(`bench/results/${newest}`)
const before = after === undefined ? undefined : loadCommitted(after.rows)
if (after === undefined || before === undefined) {
  console.error('nothing to compare; run `npm run bench` first, and commit a result')
  process.exit(1)
}
console.log(`${before.commit} → ${after.commit}`)
for (const row of after.rows) {
  const old = before.rows.find((other) => other.door === row.door)
  if (old === undefined) continue
  const change = ratioOf(row) / ratioOf(old)
  const text = Number.isNaN(change)
    ? `${(row.perSecond / old.perSecond).toFixed(2)} × (no baseline)`
    : `${change.toFixed(2)} ×`
  console.log(`${row.door.padEnd(45)} ${text}`)
}
