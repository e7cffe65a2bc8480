import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const results = z.object({
  commit: z.string(),
  rows: z.array(z.object({
    door: z.string(),
    perSecond: z.number(),
    baselinePerSecond: z.number().nullable(),
  })),
})
type Results = z.infer<typeof results>

/*
 * The newest result beside the last committed one: ratios to the baseline of each own run are
 * what can be compared, since machines differ from hour to hour.
 */
const files = readdirSync('bench/results').filter((name) => name.endsWith('.json')).sort()
const committed = execFileSync('git', ['ls-files', 'bench/results'], { encoding: 'utf8' })
  .split('\n').filter((name) => name.endsWith('.json')).sort().at(-1)
const newest = files.at(-1)
if (newest === undefined || committed === undefined) {
  console.error('nothing to compare; run `npm run bench` first, and commit a result')
  process.exit(1)
}
const before = load(committed)
const after = load(`bench/results/${newest}`)
console.log(`${before.commit} → ${after.commit}`)
for (const row of after.rows) {
  const old = before.rows.find((other) => other.door === row.door)
  if (old === undefined) continue
  const change = ratioOf(row) / ratioOf(old)
  console.log(`${row.door.padEnd(45)} ${change.toFixed(2)} ×`)
}

function load(path: string): Results {
  return results.parse(JSON.parse(readFileSync(path, 'utf8')))
}

function ratioOf(row: Results['rows'][number]): number {
  return row.baselinePerSecond === null ? row.perSecond : row.perSecond / row.baselinePerSecond
}
