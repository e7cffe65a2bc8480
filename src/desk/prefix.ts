import { z } from 'zod'
import {
  PREFIX_OF_PREFIX_RECORDS, prefixRecordKey, prefixRecordName,
} from '../identifier/identifier.ts'
import type { ApplicationRow } from '../store/desk/applications.ts'
import type { Change } from '../store/store.ts'
import { decodeValues, encodeValues } from '../wire/values.ts'
import { PAGE_COUNT_MAX } from './limits.ts'
import { allRows, type Context } from './operation.ts'
import { type Level, LEVELS } from './organisation.ts'
import {
  createPrefixValues, isDeskIndex, namesHolder, type PrefixFacts,
} from './prefix-record.ts'
import { route } from './route.ts'
import { type Hosting, HOSTING_CODES, isGiven, PARTIES, type State, STATES } from './workflow.ts'

/** What is kept of an application beside its columns. */
export const applicationBody = z.strictObject({
  publicKey: z.string().nullable(),
  remarks: z.string().nullable(),
  route: route.nullable(),
  /** Counts changes of the route: the serial number of its site. */
  routeSerial: z.int(),
  hosting: z.enum(Object.keys(HOSTING_CODES) as [Hosting, ...Hosting[]]),
  heldBy: z.enum(PARTIES).nullable(),
})

export type ApplicationBody = z.output<typeof applicationBody>

/** An application, or the prefix that came of it, taken out of its row. */
export interface Application extends ApplicationBody {
  readonly row: ApplicationRow
  readonly state: State
  readonly level: Level
}

/** @throws when the row is not what the desk writes */
export function readApplication(row: ApplicationRow): Application {
  const state = STATES.find((known) => known === row.state)
  const level = LEVELS.find((known) => known === row.level)
  if (state === undefined || level === undefined) {
    throw new Error(`application ${row.id} is damaged`)
  }
  return { ...applicationBody.parse(JSON.parse(row.body)), row, state, level }
}

/** Writes an application back with changes, as its next version. */
export function saveApplication(
  context: Context, before: Application, changes: Partial<Omit<Application, 'row' | 'level'>>,
): Application {
  const { row, level, state, ...body } = { ...before, ...changes }
  const next: ApplicationRow = {
    ...row, state, version: row.version + 1, updatedMs: context.nowMs,
    body: JSON.stringify(body satisfies ApplicationBody),
  }
  context.store.applications.update(next)
  return { ...body, row: next, level, state }
}

/** Whether identifiers under a prefix are kept on this node while it is in use. */
export function isServedHere(context: Pick<Context, 'store'>, application: Application): boolean {
  if (application.hosting !== 'hosted') return false
  if (application.level !== 'enterprise') return true
  const parent = parentOf(context, application)
  return parent?.hosting === 'hosted'
}

/**
 * Brings the prefix's own record, and whether the prefix is homed here, to what the application
 * now says. Values that others wrote into the record stay.
 */
export function publishPrefix(context: Context, application: Application): void {
  const { prefix } = application.row
  const key = prefixRecordKey(prefix)
  const { records } = context
  const homed = records.isHomed(prefix)
  const stored = records.findRecord(key)
  const name = stored?.name ?? prefixRecordName(prefix)
  const changes: Change[] = []
  const homes = application.state === 'enabled' && isServedHere(context, application)
  if (homes && !homed) changes.push({ operation: 'home', prefix })
  if (!homes && homed) changes.push({ operation: 'unhome', prefix })
  if (application.state === 'deleted') {
    if (stored !== undefined) changes.push({ operation: 'delete', key, name })
  } else {
    if (!records.isHomed(PREFIX_OF_PREFIX_RECORDS)) {
      changes.push({ operation: 'home', prefix: PREFIX_OF_PREFIX_RECORDS })
    }
    const values = createPrefixValues(factsOf(context, application), secondsOf(context))
    const keyed = values.some(({ index }) => index === 300)
    const kept = stored === undefined
      ? []
      : decodeValues(stored.block).filter(({ index }) =>
        !isDeskIndex(index) || (index === 300 && !keyed))
    changes.push({ operation: 'put', key, name, block: encodeValues([...values, ...kept]) })
  }
  context.change(changes)
}

/** Publishes the prefixes below again whose site is that of the one above. */
export function publishHosted(context: Context, above: Application): void {
  const { applications } = context.store
  const pages = (after: string) => applications.listBelow(above.row.prefix, after, PAGE_COUNT_MAX)
  for (const row of allRows(pages)) {
    const application = readApplication(row)
    const { state, hosting } = application
    if (state === 'enabled' && hosting === 'hosted') publishPrefix(context, application)
  }
}

/**
 * Publishes the prefixes of an organisation again, whose records show its name and industry. A
 * record that names no holder came another way, such as the demo's, and stays as it is.
 */
export function publishHeld(context: Context, organisation: string): void {
  const { applications } = context.store
  const pages = (after: string) => applications.listOf(organisation, after, PAGE_COUNT_MAX)
  for (const row of allRows(pages)) {
    const application = readApplication(row)
    if (!isGiven(application.state)) continue
    const block = context.records.findBlock(prefixRecordKey(application.row.prefix))
    if (block !== undefined && namesHolder(decodeValues(block))) publishPrefix(context, application)
  }
}

function factsOf(context: Context, application: Application): PrefixFacts {
  const { row, level, state, publicKey } = application
  const holder = context.store.organisations.find(row.organisation)
  if (holder === undefined) throw new Error(`organisation ${row.organisation} is missing`)
  const { name, industry } = holderName.parse(JSON.parse(holder.body))
  return {
    prefix: row.prefix, level, organisationName: name, industry, publicKey,
    enabled: state === 'enabled',
    site: siteOf(context, application),
  }
}

/** What a prefix record shows of its holder: nothing personal. */
const holderName = z.object({ name: z.string(), industry: z.string() })

function siteOf(context: Context, application: Application): PrefixFacts['site'] {
  if (application.hosting !== 'hosted') {
    const { route, routeSerial } = application
    return route === null ? null : { kind: 'route', route, serialNumber: routeSerial }
  }
  if (isServedHere(context, application)) return { kind: 'here', siteBytes: context.siteBytes }
  // Hosted by a secondary node that is another machine: its own site.
  const parent = parentOf(context, application)
  return parent === undefined ? null : siteOf(context, parent)
}

function parentOf(
  context: Pick<Context, 'store'>, application: Application,
): Application | undefined {
  const { parent } = application.row
  const row = parent === null ? undefined : context.store.applications.findByPrefix(parent)
  return row === undefined ? undefined : readApplication(row)
}

function secondsOf(context: Context): number {
  return Math.floor(context.nowMs / 1000)
}

