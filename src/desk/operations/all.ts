import type { Operation } from '../operation.ts'
import { applicationOperations } from './applications.ts'
import { deskOperations } from './desks.ts'
import { feedOperations } from './feeds.ts'
import { fileOperations } from './files.ts'
import { identifierOperations } from './identifiers.ts'
import { keyOperations } from './keys.ts'
import { organisationOperations } from './organisations.ts'
import { prefixOperations } from './prefixes.ts'
import { quotaOperations } from './quotas.ts'
import { registrationOperations } from './registrations.ts'
import { sessionOperations } from './sessions.ts'
import { templateOperations } from './templates.ts'
import { userOperations } from './users.ts'

/** Everything that can be done at the desk, by name. */
export const OPERATIONS = {
  ...deskOperations,
  ...registrationOperations,
  ...sessionOperations,
  ...organisationOperations,
  ...applicationOperations,
  ...prefixOperations,
  ...templateOperations,
  ...identifierOperations,
  ...userOperations,
  ...keyOperations,
  ...quotaOperations,
  ...feedOperations,
  ...fileOperations,
} satisfies Readonly<Record<string, Operation>>

export type OperationName = keyof typeof OPERATIONS
