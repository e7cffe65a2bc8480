import type { Actor } from './actor.ts'
import { refuseField } from './check.ts'
import type { Context } from './operation.ts'
import type { OrganisationBody } from './organisation.ts'
import { isOperator } from './sight.ts'

/** A number names a file that was handed in here; any other text says where else it is kept. */
const FILE_ID = /^\d{1,15}$/

/** Where an organisation's details stand in a request, and who sends them; null: nobody known. */
export interface Given {
  readonly pointer: string
  readonly actor: Actor | null
}

/**
 * Gives the files that an organisation's details name to it. A file is one organisation's for
 * good, as the field has it: what proves one enterprise proves no other.
 * @throws DeskRefusal when there is no such file of theirs, or another organisation has named it
 */
export function takeNamedFiles(
  context: Pick<Context, 'store'>, organisation: string, details: OrganisationBody,
  { pointer, actor }: Given,
): void {
  const { files } = context.store
  for (const [path, reference] of referencesIn(details)) {
    if (reference === undefined || !FILE_ID.test(reference)) continue
    const id = Number(reference)
    const holder = files.findHolder(id)
    if (holder === organisation) continue
    if (!mayName(context, id, actor)) throw refuseField(pointer + path, 'file-unknown')
    if (holder !== undefined) throw refuseField(pointer + path, 'file-taken')
    files.give(id, organisation)
  }
}

/** Whose it is to name: who handed it in, and who runs the node. */
function mayName({ store }: Pick<Context, 'store'>, id: number, actor: Actor | null): boolean {
  const sender = store.files.findSender(id)
  if (sender === undefined || actor === null) return false
  return sender === actor.organisation || isOperator(store, actor)
}

/** Every place of the details that can name a file, as a JSON pointer. */
function referencesIn(
  { certificate, legalPerson, contact, serviceSystem }: OrganisationBody,
): [path: string, reference: string | undefined][] {
  const images = (path: string, references: readonly string[] = []): [string, string][] =>
    references.map((one, i) => [`${path}/documentImages/${i}`, one])
  const contracts = (['build', 'operation'] as const).map((side): [string, string | undefined] => {
    const work = serviceSystem?.[side]
    return [`/serviceSystem/${side}/contract`,
      work?.by === 'entrusted' ? work.contract : undefined]
  })
  return [
    ['/certificate/imageReference', certificate.imageReference],
    ...images('/legalPerson', legalPerson.documentImages),
    ...images('/contact', contact.documentImages),
    ...contracts,
  ]
}
