import type { Application } from '../../client/desk-api-views.ts'
import { exitCodes } from '../exit-codes.ts'
import { formatTable } from '../table.ts'
import { printable, printLine, type Terminal } from '../terminal.ts'
import type { DeskOptions } from './desk-options.ts'

/** States as the field calls them, beside the desk's own words. */
const chinese: Readonly<Record<string, string>> = {
  suspended: '停用', enabled: '启用', deleting: '待删除', rejected: '被驳回', pending: '待审核',
  reviewing: '审核中', withdrawn: '已撤回', deleted: '已删除',
  'not-hosted': '未托管', requested: '申请中', refused: '被驳回', hosted: '已托管',
  draft: '草稿', published: '已发布',
}

/** A state in both languages: `pending 待审核`. */
export function formatState(state: string): string {
  const known = chinese[state]
  return known === undefined ? printable(state) : `${state} ${known}`
}

type Ok = typeof exitCodes.ok

/** Prints a list: a table for people, with `--json` one entry a line as it comes. */
export async function printEntries<T>(
  entries: AsyncIterable<T>,
  head: readonly string[],
  row: (entry: T) => readonly string[],
  { json }: DeskOptions,
  terminal: Terminal,
): Promise<Ok> {
  const rows: string[][] = []
  for await (const entry of entries) {
    if (json === true) printLine(terminal, JSON.stringify(entry))
    else rows.push(row(entry).map((cell) => printable(cell)))
  }
  if (json !== true) {
    printLine(terminal, rows.length === 0 ? 'none' : formatTable(head, rows, terminal))
  }
  return exitCodes.ok
}

/** Prints all that is known of one thing, nested fields by their paths. */
export function printFields(thing: object, { json }: DeskOptions, terminal: Terminal): Ok {
  printLine(terminal, json === true
    ? JSON.stringify(thing)
    : formatTable(['what', 'value'], [...fieldsOf(thing, '')], terminal))
  return exitCodes.ok
}

/** Says in one line what was done; with `--json` what it is about. */
export function printDone(
  line: string, thing: object, { json }: DeskOptions, terminal: Terminal,
): Ok {
  printLine(terminal, json === true ? JSON.stringify(thing) : printable(line))
  return exitCodes.ok
}

export const APPLICATION_HEAD = ['prefix', 'state', 'hosting', 'id']

/** An application or a prefix as a row of a list. */
export function applicationRow(application: Application): string[] {
  const { prefix, state, hosting, id } = application
  return [prefix, formatState(state), formatState(hosting), id]
}

/** Where an application stands, in a line. */
export function applicationLine({ prefix, state, id }: Application): string {
  return `${prefix} is ${formatState(state)} (${id})`
}

function* fieldsOf(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    for (const [name, one] of entries) {
      yield* fieldsOf(one, path === '' ? name : `${path}.${name}`)
    }
    if (entries.length === 0) yield [printable(path), '-']
    return
  }
  const text = typeof value === 'string' ? value : value === null ? '-' : JSON.stringify(value)
  // A key has lines of its own.
  yield [printable(path), text.trimEnd().split('\n').map((line) => printable(line)).join('\n')]
}
