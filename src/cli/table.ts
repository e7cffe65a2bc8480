import Table from 'cli-table3'
import type { Terminal } from './terminal.ts'

/** A table of text; the last column is wrapped to the terminal's width where there is one. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal,
): string {
  const widths = head.map((title, column) => {
    const cells = rows.map((row) => widthOf(row[column] ?? ''))
    return Math.max(title.length, ...cells) + 2
  })
  const columns = columnsOf(terminal)
  const last = widths.length - 1
  if (columns !== undefined) {
    const others = widths.slice(0, last).reduce((sum, width) => sum + width + 1, 0)
    widths[last] = Math.min(widths[last] ?? 0, Math.max(20, columns - others - 2))
  }
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    wordWrap: true,
    wrapOnWordBoundary: false,
    ...(columns === undefined ? {} : { colWidths: widths }),
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length))
}

function columnsOf(terminal: Terminal): number | undefined {
  const { output } = terminal
  const known = 'columns' in output && typeof output.columns === 'number' && output.columns > 0
  return known ? Number(output.columns) : undefined
}
