import { z } from 'zod'
import type { ApplicationRow } from '../store/desk/applications.ts'
import type { DeskStore } from '../store/desk/desk-store.ts'
import type { OrganisationRow } from '../store/desk/organisations.ts'
import type { Actor } from './actor.ts'
import { DeskRefusal } from './refusal.ts'
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

/** The prefix above, while it is in use. */
export function findParent(
  store: DeskStore, row: Pick<ApplicationRow, 'parent'>,
): ApplicationRow | undefined {
  if (row.parent === null) return undefined
  const parent = store.applications.findByPrefix(row.parent)
  return parent?.state === 'enabled' ? parent : undefined
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
