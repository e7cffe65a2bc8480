import Table from 'cli-table3'
import { QUANTILES } from './measure.ts'
import type { Row } from './results.ts'

export type { Row } from './results.ts'

/** Below this share the server was waiting for the load, and the figure proves nothing. */
const BUSY_SHARE = 0.95

/** Whether the server had its core to itself and was busy: then the clock tells the truth. */
export function isBusy(row: Row): boolean {
  const shares = [row.serverShare ?? 1, row.baselineShare ?? 1]
  return shares.every((share) => share >= BUSY_SHARE)
}

/** What the server does in a second of its core, by the clock if it was busy, else by CPU time. */
export function figureOf(row: Row): number {
  return isBusy(row) ? row.perSecond : row.perCpuSecond ?? row.perSecond
}

/** The figure against the baseline's of the same run; NaN without one. */
export function ratioOf(row: Row): number {
  const { perCpuSecond, baselinePerCpuSecond, baselinePerSecond } = row
  if (!isBusy(row) && perCpuSecond !== undefined && baselinePerCpuSecond !== undefined) {
    return perCpuSecond / baselinePerCpuSecond
  }
  return baselinePerSecond === null ? Number.NaN : row.perSecond / baselinePerSecond
}

/** What a row says about its target. */
export function verdictOf(row: Row): string {
  const bound = isBusy(row) ? '' : 'client-bound'
  if (row.target === null) return [row.note ?? '', bound].filter((text) => text !== '').join(', ')
  const { ratio, perSecond, times } = row.target
  const met =
    (perSecond === undefined || figureOf(row) >= perSecond) &&
    (ratio === undefined || ratioOf(row) >= ratio) &&
    (times === undefined || Math.max(...timesOf(row)) <= times)
  const byCpu = bound === '' || row.perCpuSecond === undefined ? '' : `${bound}: by CPU time`
  const took = times === undefined ? '' : timesOf(row).map((one) => one.toFixed(2)).join(', ')
  return [met ? 'met' : 'missed', took, byCpu, row.note ?? ''].filter((text) => text !== '')
    .join(', ')
}

/** Median and 99th percentile over the baseline's; Infinity where one is missing. */
function timesOf({ quantilesMs, baselineQuantilesMs }: Row): number[] {
  return [0.5, 0.99].map((share) => {
    const at = QUANTILES.findIndex((quantile) => quantile === share)
    const [own, other] = [quantilesMs?.[at], baselineQuantilesMs?.[at]]
    return typeof own === 'number' && typeof other === 'number' ? own / other : Infinity
  })
}

export const TABLE_HEAD = [
  'door', 'per second', 'per CPU s', 'baseline', 'per CPU s', 'ratio', 'p50 ms', 'p99 ms',
  'p99.9 ms', 'server', 'target', 'verdict',
] as const

export function printTable(rows: readonly Row[]): void {
  const table = new Table({ head: [...TABLE_HEAD], style: { head: [], border: [], compact: true } })
  for (const row of rows) table.push(formatRow(row))
  console.log(table.toString())
}

export function formatRow(row: Row): string[] {
  const ms = (value: number | null): string => value === null ? '–' : value.toFixed(2)
  const ratio = ratioOf(row)
  return [
    row.door,
    whole(row.perSecond),
    whole(row.perCpuSecond),
    whole(row.baselinePerSecond),
    whole(row.baselinePerCpuSecond),
    Number.isNaN(ratio) ? '–' : ratio.toFixed(2),
    ms(row.p50Ms), ms(row.p99Ms), ms(row.p999Ms),
    row.serverShare === null ? '–' : `${Math.round(row.serverShare * 100)} %`,
    formatTarget(row),
    verdictOf(row),
  ]
}

export function formatTarget({ target }: Row): string {
  const perSecond = target?.perSecond === undefined ? '' : `≥ ${whole(target.perSecond)}`
  const ratio = target?.ratio === undefined ? '' : `≥ ${target.ratio} ×`
  const times = target?.times === undefined ? '' : `p50, p99 ≤ ${target.times} ×`
  return [perSecond, ratio, times].filter((text) => text !== '').join(', ')
}

function whole(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : Math.round(value).toLocaleString('en')
}
