import Table from 'cli-table3'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import type { Terminal } from './terminal.ts'

/** Where nobody says how wide the page is: a file, a pipe. Programs read `--json` instead. */
const columnsDefault = 100
const lastColumnsMin = 20
const gapColumns = 3
/** No lines but the one below the head: the text is what is to be seen. */
const noLines = {
  top: '', 'top-mid': '', 'top-left': '', 'top-right': '',
  bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '',
  left: '', 'left-mid': '', right: '', 'right-mid': '',
  mid: '', 'mid-mid': '', middle: ' '.repeat(gapColumns),
}

/** A table of text; the last column is wrapped to the width of the terminal. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  terminal: Terminal,
): string {
  const last = head.length - 1
  const widths = head.map((title, column) =>
    Math.max(stringWidth(title), ...rows.map((row) => widthOf(row[column] ?? ''))))
  const others = widths.slice(0, last).reduce((sum, width) => sum + width + gapColumns, 0)
  const lastColumns = Math.max(lastColumnsMin, columnsOf(terminal) - others)
  widths[last] = Math.min(widths[last] ?? 0, lastColumns)
  const table = new Table({
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push([...head], widths.map((width) => '─'.repeat(width)))
  for (const row of rows) table.push(row.map((cell, column) =>
    column === last ? wrapAnsi(cell, lastColumns, { hard: true, trim: false }) : cell))
  return table.toString().split('\n').map((line) => line.trimEnd()).join('\n')
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => stringWidth(line)))
}

function columnsOf({ output }: Terminal): number {
  const known = 'columns' in output && typeof output.columns === 'number' && output.columns > 0
  return known ? Number(output.columns) : columnsDefault
}
