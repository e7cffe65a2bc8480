import { z } from 'zod'
import type { OrganisationRow } from '../../store/desk/organisations.ts'
import type { UserRow } from '../../store/desk/users.ts'
import type { Actor } from '../actor.ts'
import { type Context, openOperation, operation } from '../operation.ts'
import { type Level, organisationBody } from '../organisation.ts'
import { hashPassword } from '../password.ts'
import { DeskRefusal } from '../refusal.ts'
import { loadAbove } from '../sight.ts'
import { addApplication, applicationInput, applicationView,
  showApplication } from './applications.ts'
import { addOrganisation } from './organisations.ts'
import { addUser, moveUser, userInput, userName } from './users.ts'

const joining = { organisation: organisationBody, application: applicationInput }
const withUser = z.strictObject({ ...joining, user: userInput })
const joined = z.object({
  organisation: z.string(), user: z.string(), application: applicationView,
})

export const registrationOperations = {
  'registration.create': openOperation({
    summary: 'Registers a new organisation with its first administrator and the prefix it wants',
    body: withUser,
    output: joined,
    repeatable: true,
    before: (_desk, { body }) => hashPassword(body.user.password),
    run(context, { body }, passwordHash) {
      return addWithUser(context, body, null, passwordHash)
    },
  }),

  'registration.enter': operation('account:write', {
    summary: 'Does the same on behalf of the new organisation, with the files handed in for it',
    body: withUser,
    output: joined,
    before: (_desk, { body }) => hashPassword(body.user.password),
    run: (context, { body }, actor, passwordHash) =>
      addWithUser(context, body, actor, passwordHash),
  }),

  'registration.upgrade': operation('account:write', {
    summary: 'Registers a new organisation, whose administrator is to be a user of one’s own',
    body: z.strictObject({ ...joining, userName: userName() }),
    output: joined,
    run(context, { body }, actor) {
      const above = findAbove(context, body)
      if (above.organisation !== actor.organisation) {
        throw new DeskRefusal('not-yours')
      }
      const organisation = addBelow(context, body, above, actor)
      const user = moveUser(context, body.userName, organisation.id, actor)
      return finish(context, organisation, user, body)
    },
  }),
}

interface Joining {
  readonly organisation: z.output<typeof organisationBody>
  readonly application: z.output<typeof applicationInput>
}

/** Where a new organisation is to stand. @throws DeskRefusal when nobody hands out codes there */
function findAbove({ store }: Context, { application }: Joining): Above {
  const { code, above } = loadAbove(store, application.prefix, '/body/application/prefix')
  return { level: code.level, organisation: above.organisation }
}
interface Above {
  readonly level: Level
  readonly organisation: string
}

function finish(context: Context, organisation: OrganisationRow, user: UserRow, body: Joining) {
  const application = addApplication(context, organisation.id, body.application)
  return {
    value: {
      organisation: organisation.id, user: user.id, application: showApplication(application),
    },
  }
}

function addWithUser(
  context: Context, body: z.output<typeof withUser>, actor: Actor | null, passwordHash: string,
) {
  const organisation = addBelow(context, body, findAbove(context, body), actor)
  const user = addUser(context, organisation.id, 'administrator', body.user, passwordHash)
  return finish(context, organisation, user, body)
}

function addBelow(
  context: Context, { organisation }: Joining, above: Above, actor: Actor | null,
): OrganisationRow {
  const given = { pointer: '/body/organisation', actor }
  return addOrganisation(context, organisation, above.level, above.organisation, given)
}
