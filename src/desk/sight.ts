import { z } from 'zod'
import type { ApplicationRow } from '../store/desk/applications.ts'
import type { DeskStore } from '../store/desk/desk-store.ts'
import type { OrganisationRow } from '../store/desk/organisations.ts'
import type { Actor } from './actor.ts'
import { refuseField } from './check.ts'
import { parsePrefixCode, type PrefixCode } from './prefix-code.ts'
import { DeskRefusal } from './refusal.ts'
import type { Scope } from './roles.ts'
import type { Party } from './workflow.ts'

/*
 * Who sees what: everyone its own organisation and what is its; who others have joined sees
 * those; who runs the node sees all. What may not be seen is answered as what is not there.
 */

/** The organisation that runs this node, and the prefix that it hands out codes below. */
export function loadOperator(store: DeskStore): {
  readonly name: string; readonly application: ApplicationRow
} {
  // It is the first that a desk knows, and its prefix the first it has.
  const [organisation] = store.organisations.list(null, '', 1)
  const [application] = store.applications.listOf(organisation?.id ?? '', '', 1)
  if (organisation === undefined || application === undefined) {
    throw new Error('the desk has no operator')
  }
  return { name: operatorBody.parse(JSON.parse(organisation.body)).name, application }
}

const operatorBody = z.object({ name: z.string() })

/** Whether someone acts for the organisation that runs this node. */
export function isOperator(store: DeskStore, actor: Actor): boolean {
  return actor.level === 'top'
    || store.organisations.find(actor.organisation)?.parent === null
}

/** The organisation to list for: null for one that sees all. */
export function viewerOf(store: DeskStore, actor: Actor): string | null {
  return isOperator(store, actor) ? null : actor.organisation
}

/** @throws DeskRefusal when it isn't there or may not be seen */
export function loadOrganisation(store: DeskStore, id: string, actor: Actor): OrganisationRow {
  const row = store.organisations.find(id)
  const seen = row !== undefined
    && (row.id === actor.organisation || row.parent === actor.organisation
      || isOperator(store, actor))
  if (!seen) throw new DeskRefusal('not-found', { what: id })
  return row
}

/**
 * The organisation that someone acts for: its own, or one that it has taken on.
 * @throws DeskRefusal when it is another
 */
export function loadOwnOrganisation(
  store: DeskStore, id: string | undefined, actor: Actor,
): OrganisationRow {
  const row = loadOrganisation(store, id ?? actor.organisation, actor)
  if (row.id === actor.organisation || row.parent === actor.organisation) return row
  throw new DeskRefusal('not-yours')
}

/** @throws DeskRefusal when it isn't there or may not be seen */
export function loadApplication(store: DeskStore, id: string, actor: Actor): ApplicationRow {
  const row = store.applications.find(id)
  if (row === undefined || partiesOf(store, row, actor).length === 0) {
    throw new DeskRefusal('not-found', { what: id })
  }
  return row
}

/** The application of a prefix that was given. @throws DeskRefusal as above */
export function loadPrefix(store: DeskStore, prefix: string, actor: Actor): ApplicationRow {
  const row = store.applications.findByPrefix(prefix)
  if (row === undefined || partiesOf(store, row, actor).length === 0) {
    throw new DeskRefusal('not-found', { what: prefix })
  }
  return row
}

/** The prefix of someone who may change it: its holder, or who took the holder on. */
export function loadHeld(store: DeskStore, prefix: string, actor: Actor): ApplicationRow {
  const row = loadPrefix(store, prefix, actor)
  if (partiesOf(store, row, actor).includes('applicant')) return row
  throw new DeskRefusal('not-yours', { what: row.state })
}

/**
 * A prefix that is wanted, taken apart, and the one above.
 * @param pointer where it stands in the request
 * @throws DeskRefusal when it is none, or the one above is not in use here
 */
export function loadAbove(
  store: DeskStore, prefix: string, pointer: string,
): { readonly code: PrefixCode; readonly above: ApplicationRow } {
  const code = parsePrefixCode(prefix)
  if (code === undefined) throw refuseField(pointer, 'invalid_format:regex')
  const above = code.parent === null ? undefined : store.applications.findByPrefix(code.parent)
  if (above?.state === 'enabled') return { code, above }
  throw new DeskRefusal('parent-unknown', { what: code.parent ?? '' })
}

/**
 * On which sides of an application someone stands. Who took an organisation on may fill in its
 * forms. Where the top-level node is another machine, this node's operator enters what it decided.
 */
export function partiesOf(
  store: DeskStore, row: Pick<ApplicationRow, 'organisation' | 'parent'>, actor: Actor,
): Party[] {
  const parties: Party[] = []
  const applicant = store.organisations.find(row.organisation)
  if (row.organisation === actor.organisation || applicant?.parent === actor.organisation) {
    parties.push('applicant')
  }
  const parent = row.parent === null ? undefined : store.applications.findByPrefix(row.parent)
  if (parent?.organisation === actor.organisation) parties.push('parent')
  if (isOperator(store, actor)) parties.push('top')
  return parties
}

/**
 * The sides that someone may act on: the applicant's with a right of its own, the others with that
 * to review. @throws DeskRefusal when there are none
 */
export function actingParties(
  store: DeskStore, row: ApplicationRow, actor: Actor, applicantScope: Scope,
): Party[] {
  const parties = partiesOf(store, row, actor).filter((party) =>
    actor.scopes.has(party === 'applicant' ? applicantScope : 'review:write'))
  if (parties.length > 0) return parties
  const own = row.organisation === actor.organisation
  throw new DeskRefusal('forbidden', { what: own ? applicantScope : 'review:write' })
}
