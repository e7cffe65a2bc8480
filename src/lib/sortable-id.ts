import { v7 } from 'uuid'

/**
 * An id that sorts by when it was made: `org_` and a UUID of version 7 (RFC 9562 §6.2). Ids of
 * one millisecond sort too, which Node's own do not: lists go by id, and their pages must agree.
 */
export function randomId(kind: string): string {
  return `${kind}_${v7().replaceAll('-', '')}`
}
