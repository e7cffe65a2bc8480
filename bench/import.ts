import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './report.ts'

const TARGET_PER_SECOND = 100_000

/** Imports typical products into an empty folder, beside a bare JSON.parse of the same lines. */
export function measureImport(count: number): Row {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-import-'))
  try {
    const file = join(folder, 'records.ndjson')
    run(['seeds/main.ts', '--count', String(count), '--seed', '3'], openSync(file, 'w'))
    const started = performance.now()
    run(['src/cli/main.mjs', 'import', file, '--data', join(folder, 'data')], 'ignore')
    const seconds = (performance.now() - started) / 1000
    return {
      door: `import of ${count.toLocaleString('en')} records`,
      perSecond: count / seconds,
      baselinePerSecond: parsePerSecond(file),
      p50Ms: null, p99Ms: null, p999Ms: null,
      serverShare: null,
      target: { perSecond: TARGET_PER_SECOND },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(args: readonly string[], stdout: number | 'ignore'): void {
  const done = spawnSync(process.execPath, args, { stdio: ['ignore', stdout, 'inherit'] })
  if (done.status !== 0) throw new Error(`${args.join(' ')} failed`)
}

function parsePerSecond(file: string): number {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const started = performance.now()
  for (const line of lines) JSON.parse(line)
  return lines.length / ((performance.now() - started) / 1000)
}
