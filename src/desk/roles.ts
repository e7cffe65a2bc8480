/** What a user may be. One organisation's users act for it and for nobody else. */
export const ROLES = ['administrator', 'reviewer', 'operator', 'read-only'] as const
export type Role = (typeof ROLES)[number]

/** What a call may do; an API key has some of them, a role its own. */
export const SCOPES = [
  'organisation:read', 'organisation:write',
  'application:read', 'application:write',
  'review:write',
  'prefix:read', 'prefix:write',
  'template:read', 'template:write',
  'identifier:read', 'identifier:write',
  'account:read', 'account:write',
] as const
export type Scope = (typeof SCOPES)[number]

const READING: readonly Scope[] = SCOPES.filter((scope) => scope.endsWith(':read'))

/** Who may do what. What an organisation may see of others is decided by where it stands. */
export const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = {
  administrator: SCOPES,
  reviewer: [...READING, 'review:write'],
  operator: [
    ...READING, 'organisation:write', 'application:write', 'prefix:write', 'template:write',
    'identifier:write',
  ],
  'read-only': READING.filter((scope) => scope !== 'account:read'),
}
