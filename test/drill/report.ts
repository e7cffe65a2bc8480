import { formatTable } from '../../src/cli/table.ts'
import type { Terminal } from '../../src/cli/terminal.ts'
import type { DrillResult } from './drill.ts'
import type { Figures } from './tally.ts'

const HEAD = [
  'failure', 'node', 'others', 'failed', 'p50 ms', 'p99', 'max',
  'below', 'failed', 'p99 ms', 'max', 'stale', 'wrong', 'back after ms',
]

/** One row a failure: the names that it has no part in, then those below the node. */
export function formatDrill({ rows }: DrillResult, terminal: Terminal): string {
  return formatTable(HEAD, rows.map(formatRow), terminal)
}

function formatRow(row: Figures): string[] {
  const ms = (value: number | undefined): string =>
    value === undefined ? '–' : value.toFixed(value < 10 ? 1 : 0)
  const { others, below, othersMs, belowMs } = row
  return [
    row.failure ?? 'none', row.prefix === '' ? '–' : row.prefix,
    String(others.asked), String(others.failed),
    ms(othersMs?.p50), ms(othersMs?.p99), ms(othersMs?.max),
    String(below.asked), String(below.failed), ms(belowMs?.p99), ms(belowMs?.max),
    String(row.staleCount), String(row.wrongCount), row.failure === null ? '–' : ms(row.recoveryMs),
  ]
}
