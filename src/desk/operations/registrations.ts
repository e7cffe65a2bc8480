import { z } from 'zod'
import { openOperation } from '../operation.ts'
import { organisationBody } from '../organisation.ts'
import { hashPassword } from '../password.ts'
import { parsePrefixCode } from '../prefix-code.ts'
import { refuseField } from '../check.ts'
import { DeskRefusal } from '../refusal.ts'
import { findParent } from '../sight.ts'
import { addApplication, applicationInput, applicationView,
  showApplication } from './applications.ts'
import { addOrganisation } from './organisations.ts'
import { addUser, userInput } from './users.ts'

export const registrationOperations = {
  'registration.create': openOperation({
    summary: 'Registers a new organisation with its first administrator and the prefix it wants',
    body: z.strictObject({
      organisation: organisationBody,
      user: userInput,
      application: applicationInput,
    }),
    output: z.object({
      organisation: z.string(), user: z.string(), application: applicationView,
    }),
    before: (_desk, { body }) => hashPassword(body.user.password),
    run(context, { body }, passwordHash) {
      const code = parsePrefixCode(body.application.prefix)
      if (code === undefined) throw refuseField('/body/application/prefix', 'invalid_format:regex')
      const parent = findParent(context.store, code)
      if (parent === undefined) {
        throw new DeskRefusal('parent-unknown', { what: code.parent ?? '' })
      }
      const organisation = addOrganisation(
        context, body.organisation, code.level, parent.organisation)
      const user = addUser(context, organisation.id, 'administrator', body.user, passwordHash)
      const application = addApplication(context, organisation.id, body.application)
      return {
        value: {
          organisation: organisation.id, user: user.id,
          application: showApplication(application),
        },
      }
    },
  }),
}
