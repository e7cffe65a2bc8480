import type { OperationName } from '../../desk/operations/all.ts'

/** One route of the desk's own interface, and the operation behind it. */
export interface DeskRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Parameters in braces; one at the end may hold slashes: `{+handle}`. */
  readonly path: string
  readonly operation: OperationName
  /** The status of success. */
  readonly status: 200 | 201
  readonly tag: string
}

const route = (
  method: DeskRoute['method'], path: string, operation: OperationName, status: 200 | 201 = 200,
): DeskRoute => ({ method, path, operation, status, tag: operation.split('.')[0] ?? '' })

/** The whole interface, in the order in which an operator meets it. */
export const DESK_ROUTES: readonly DeskRoute[] = [
  route('GET', '/v1/desk', 'desk.show'),
  route('POST', '/v1/registrations', 'registration.create', 201),
  route('POST', '/v1/registrations/entries', 'registration.enter', 201),
  route('POST', '/v1/registrations/upgrades', 'registration.upgrade', 201),
  route('POST', '/v1/sessions', 'session.create', 201),
  route('POST', '/v1/sessions/exchange', 'session.exchange', 201),
  route('GET', '/v1/me', 'session.show'),
  route('DELETE', '/v1/sessions', 'session.end'),

  route('POST', '/v1/organisations', 'organisation.create', 201),
  route('GET', '/v1/organisations', 'organisation.list'),
  route('GET', '/v1/organisations/{organisation}', 'organisation.get'),
  route('PUT', '/v1/organisations/{organisation}', 'organisation.update'),

  route('POST', '/v1/applications', 'application.create', 201),
  route('GET', '/v1/applications', 'application.list'),
  route('GET', '/v1/applications/{application}', 'application.get'),
  route('PUT', '/v1/applications/{application}', 'application.mend'),
  route('GET', '/v1/applications/{application}/journal', 'application.journal'),
  route('POST', '/v1/applications/{application}/actions', 'application.act'),

  route('GET', '/v1/prefixes', 'prefix.list'),
  route('GET', '/v1/prefixes/{prefix}', 'prefix.get'),
  route('PUT', '/v1/prefixes/{prefix}/route', 'prefix.route'),
  route('PUT', '/v1/prefixes/{prefix}/key', 'prefix.key'),
  route('POST', '/v1/prefixes/{prefix}/hosting', 'prefix.hosting'),

  route('POST', '/v1/prefixes/{prefix}/templates', 'template.create', 201),
  route('GET', '/v1/prefixes/{prefix}/templates', 'template.list'),
  route('GET', '/v1/prefixes/{prefix}/templates/{version}', 'template.get'),
  route('PUT', '/v1/prefixes/{prefix}/templates/{version}', 'template.update'),
  route('DELETE', '/v1/prefixes/{prefix}/templates/{version}', 'template.delete'),
  route('POST', '/v1/prefixes/{prefix}/templates/{version}/actions', 'template.act'),

  route('POST', '/v1/identifiers', 'identifier.create', 201),
  route('GET', '/v1/identifiers', 'identifier.list'),
  route('GET', '/v1/identifiers/{+handle}', 'identifier.get'),
  route('PUT', '/v1/identifiers/{+handle}', 'identifier.put'),
  route('DELETE', '/v1/identifiers/{+handle}', 'identifier.delete'),

  route('POST', '/v1/users', 'user.create', 201),
  route('GET', '/v1/users', 'user.list'),
  route('GET', '/v1/users/{user}', 'user.get'),
  route('PUT', '/v1/users/{user}', 'user.update'),

  route('POST', '/v1/keys', 'key.create', 201),
  route('GET', '/v1/keys', 'key.list'),
  route('DELETE', '/v1/keys/{key}', 'key.revoke'),

  route('GET', '/v1/quotas/{holder}', 'quota.get'),
  route('PUT', '/v1/quotas/{holder}', 'quota.set'),

  route('POST', '/v1/files', 'file.create', 201),
  route('GET', '/v1/files/{file}', 'file.get'),

  route('POST', '/v1/feeds', 'feed.report'),
  route('GET', '/v1/feeds', 'feed.list'),
  route('GET', '/v1/feeds/{prefix}', 'feed.get'),
  route('GET', '/v1/feeds/{prefix}/items', 'feed.items'),
  route('GET', '/v1/outbox', 'outbox.get'),
]

/** Where registrations stream in. */
export const STREAM_PATH = '/v1/identifiers/stream'

/** A path as fastify takes it: `/v1/prefixes/:prefix`, `/v1/identifiers/*`. */
export function routerPath(path: string): string {
  return path.replace(/\{\+\w+\}/, '*').replace(/\{(\w+)\}/g, ':$1')
}
