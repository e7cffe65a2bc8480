import type { Fetched } from '../client/outcome.ts'
import type { HandleValue } from '../record/value.ts'
import { counted } from './format.ts'
import { formatTable } from './table.ts'
import { printable, type Terminal } from './terminal.ts'
import { formatData, formatPermissions, formatTtl } from './value-text.ts'

/** What a look-up prints: a result for standard output, a line about it for standard error. */
export interface OutcomeText {
  readonly result?: string
  readonly message?: string
}

/**
 * The outcome of a look-up for people.
 * @param where whom it comes from, such as `127.0.0.1:2641 by UDP`
 */
export function formatOutcome(
  identifier: string,
  outcome: Fetched,
  where: string,
  terminal: Terminal,
): OutcomeText {
  const name = printable(identifier)
  switch (outcome.kind) {
    case 'found': {
      const title = `${name} · ${counted(outcome.values.length, 'value')} from ${where}`
      if (outcome.values.length === 0) return { result: title }
      return { result: `${title}\n${formatValues(outcome.values, terminal)}` }
    }
    case 'absent':
      return { message: `${name} does not exist; check its spelling` }
    case 'no-values':
      return { message: `${name} exists and has none of what was asked; ask without filters` }
    case 'restricted':
      return { message: restrictedText(name, outcome.readableBy) }
    case 'referral':
      return referralText(name, outcome, terminal)
    case 'not-homed':
      return { message: `${name} is not answered by ${where}; ask the server of its prefix` }
    case 'failed':
      return { message: `${name} could not be found out: ${outcome.message}; ${advice(outcome)}` }
  }
}

/** Values as a table, in the order they came. */
function formatValues(values: readonly HandleValue[], terminal: Terminal): string {
  const rows = values.map((value) => [
    String(value.index),
    printable(value.type),
    formatTtl(value),
    formatPermissions(value.permissions),
    formatData(value),
  ])
  return formatTable(['index', 'type', 'TTL', 'access', 'data'], rows, terminal)
}

function restrictedText(name: string, readableBy: 'administrator' | 'nobody'): string {
  return readableBy === 'administrator'
    ? `${name} has values that only its administrator may read; ask for others by --type or --index`
    : `${name} has values that nobody may read; ask for others by --type or --index`
}

function referralText(
  name: string,
  outcome: Extract<Fetched, { kind: 'referral' }>,
  terminal: Terminal,
): OutcomeText {
  const whom = outcome.handle === '' ? 'these sites' : printable(outcome.handle)
  const message = `${name} is answered elsewhere (${outcome.to} referral); ask ${whom}`
  if (outcome.values.length === 0) return { message }
  return { message, result: formatValues(outcome.values, terminal) }
}

function advice(outcome: Extract<Fetched, { kind: 'failed' }>): string {
  switch (outcome.reason) {
    case 'timeout':
    case 'busy':
      return 'try again, or with a longer --timeout'
    case 'unreachable':
      return 'check --server and that the node runs'
    case 'closed':
    case 'malformed':
    case 'unverified':
      return 'check that --server speaks this protocol'
    case 'refused':
      return 'the record may exist'
  }
}
