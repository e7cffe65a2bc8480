import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Row } from './results.ts'
import { onAllCores } from './server-process.ts'

const TARGET_PER_SECOND = 100_000
const ROUND_COUNT = 2

const figures = z.object({ count: z.number(), seconds: z.number(), cpuSeconds: z.number() })
type Figures = z.infer<typeof figures>

/**
 * Imports of small and of typical products into an empty folder, beside bare inserts of the same
 * rows into the same tables. The note says what a second of the writing thread's processor time
 * gives: on a machine that others use the clock says little.
 */
export function* measureImports(count: number): Generator<Row> {
  yield measureImport('small', count, ['--small'])
  yield measureImport('typical', count, [])
}

function measureImport(kind: string, count: number, seedOptions: readonly string[]): Row {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-import-'))
  try {
    const file = join(folder, 'records.ndjson')
    run(['seeds/main.ts', '--count', String(count), '--seed', '3', ...seedOptions],
      openSync(file, 'w'))
    const imported: Figures[] = []
    const inserted: Figures[] = []
    for (let round = 0; round < ROUND_COUNT; round++) {
      inserted.push(take('insert', file))
      imported.push(take('import', file))
    }
    const node = fastest(imported)
    const bare = fastest(inserted)
    const parse = take('parse', file)
    return {
      door: `import of ${count.toLocaleString('en')} ${kind} records`,
      perSecond: node.count / node.seconds,
      baselinePerSecond: bare.count / bare.seconds,
      p50Ms: null, p99Ms: null, p999Ms: null,
      // The disk's time counts as well: the clock alone decides.
      serverShare: null,
      target: { perSecond: TARGET_PER_SECOND },
      note: `a CPU second of the writer ${perCpu(node)}, bare ${perCpu(bare)}; `
        + `of JSON.parse alone ${perCpu(parse)}`,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const perCpu = ({ count, cpuSeconds }: Figures): string =>
  Math.round(count / cpuSeconds).toLocaleString('en')

const fastest = (runs: readonly Figures[]): Figures =>
  runs.reduce((best, one) => one.seconds < best.seconds ? one : best)

function take(kind: 'import' | 'insert' | 'parse', file: string): Figures {
  return figures.parse(JSON.parse(run(['bench/import-process.ts', kind, file], 'pipe')))
}

/** Runs a script on all cores, wherever this process is held. */
function run(args: readonly string[], stdout: number | 'pipe'): string {
  const [command = '', ...rest] = onAllCores([process.execPath, ...args])
  const done = spawnSync(command, rest, { stdio: ['ignore', stdout, 'inherit'], encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${args.join(' ')} failed`)
  return done.stdout
}
