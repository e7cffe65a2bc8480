import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import Table from 'cli-table3'

/** One figure, beside the baseline of the same run. */
export interface Row {
  readonly door: string
  readonly perSecond: number
  readonly baselinePerSecond: number | null
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly p999Ms: number | null
  /** Share of its core that the server used, 0 to 1. */
  readonly serverShare: number | null
  readonly target: { readonly ratio?: number; readonly perSecond?: number } | null
  readonly note?: string
}

/** Below this share the server was waiting for the load, and the figure proves nothing. */
const BUSY_SHARE = 0.95

/** What a row says about its target. */
export function verdictOf(row: Row): string {
  if (row.target === null) return row.note ?? ''
  const { ratio, perSecond } = row.target
  const met =
    (perSecond === undefined || row.perSecond >= perSecond) &&
    (ratio === undefined || ratioOf(row) >= ratio)
  const bound = row.serverShare !== null && row.serverShare < BUSY_SHARE
  return `${met ? 'met' : 'missed'}${bound ? ', client-bound' : ''}`
}

function ratioOf(row: Row): number {
  return row.baselinePerSecond === null ? Number.NaN : row.perSecond / row.baselinePerSecond
}

export function printTable(rows: readonly Row[]): void {
  const head = ['door', 'per second', 'baseline', 'ratio', 'p50 ms', 'p99 ms', 'p99.9 ms',
    'server', 'target', 'verdict']
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const row of rows) table.push(formatRow(row))
  console.log(table.toString())
}

function formatRow(row: Row): string[] {
  const ms = (value: number | null): string => value === null ? '–' : value.toFixed(2)
  const whole = (value: number): string => Math.round(value).toLocaleString('en')
  const { target } = row
  const targets = [
    target?.perSecond === undefined ? '' : `≥ ${whole(target.perSecond)}`,
    target?.ratio === undefined ? '' : `≥ ${target.ratio} ×`,
  ]
  return [
    row.door,
    whole(row.perSecond),
    row.baselinePerSecond === null ? '–' : whole(row.baselinePerSecond),
    row.baselinePerSecond === null ? '–' : ratioOf(row).toFixed(2),
    ms(row.p50Ms), ms(row.p99Ms), ms(row.p999Ms),
    row.serverShare === null ? '–' : `${Math.round(row.serverShare * 100)} %`,
    targets.filter((text) => text !== '').join(', '),
    verdictOf(row),
  ]
}

/** Writes the figures with commit and machine. @returns the file's path */
export function writeResults(rows: readonly Row[]): string {
  const time = new Date()
  const commit = git(['rev-parse', '--short', 'HEAD'])
  const machine = {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  }
  mkdirSync('bench/results', { recursive: true })
  const stamp = time.toISOString().slice(0, 19).replaceAll(':', '')
  const path = `bench/results/${stamp}-${commit}.json`
  const results = { time: time.toISOString(), commit, machine, rows }
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
  return path
}

function git(args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
