import { readFileSync } from 'node:fs'
import {
  ABSENT, NEEDS_ADMINISTRATOR, NO_VALUES, NOT_HOMED, type Outcome, type OutcomeKind,
  READABLE_BY_NOBODY,
} from '../../src/record/outcome.ts'

/** A row of proto/outcomes.md. */
export interface OutcomeRow {
  readonly code: number
  readonly status: number
  readonly again: boolean
}

const NO_BLOCK = Buffer.alloc(4)

/** One of each kind, and of each detail that has a code of its own, by its name in the table. */
const samples: Record<OutcomeKind, Record<string, Outcome>> = {
  found: { found: { kind: 'found', block: NO_BLOCK, ttlSeconds: 1 } },
  absent: { absent: ABSENT },
  'no-values': { 'no-values': NO_VALUES },
  restricted: {
    'restricted, administrator': NEEDS_ADMINISTRATOR,
    'restricted, nobody': READABLE_BY_NOBODY,
  },
  referral: {
    'referral, service': { kind: 'referral', to: 'service', handle: '0.SERV/1', block: null },
    'referral, prefix': { kind: 'referral', to: 'prefix', handle: '', block: NO_BLOCK },
  },
  'not-homed': { 'not-homed': NOT_HOMED },
  failed: {
    'failed, store': { kind: 'failed', reason: 'store' },
    'failed, busy': { kind: 'failed', reason: 'busy' },
    'failed, upstream': { kind: 'failed', reason: 'upstream' },
    'failed, deadline': { kind: 'failed', reason: 'deadline' },
    'failed, recursion': { kind: 'failed', reason: 'recursion' },
  },
}
export const sampleOutcomes: ReadonlyMap<string, Outcome> =
  new Map(Object.values(samples).flatMap((byName) => Object.entries(byName)))

const HEADINGS = { outcomes: '## Outcomes of a look-up', refusals: '## Refusals of a command' }
const ROW = /^\| ([a-z-]+(?:, [a-z-]+)?) \| (\d+) \| (\d+) \| (yes|no) \| [^|]+ \|$/gm

/** A table of proto/outcomes.md, by the name in its first column. */
export function readOutcomeTable(table: keyof typeof HEADINGS): Map<string, OutcomeRow> {
  const text = readFileSync('proto/outcomes.md', 'utf8')
  const section = text.split(HEADINGS[table])[1]?.split('\n## ')[0] ?? ''
  return new Map([...section.matchAll(ROW)].map(([, name, code, status, again]) => [
    name ?? '', { code: Number(code), status: Number(status), again: again === 'yes' },
  ]))
}
