import type { FastifyReply, FastifyRequest } from 'fastify'
import { NO_VALUES, type Outcome } from '../../record/outcome.ts'
import type { Query } from '../../resolver/query.ts'
import { parseHandle } from '../question.ts'
import { ask } from './ask.ts'
import type { AdministrationDeps } from './proof.ts'

const EMPTY_BLOCK_BYTES = 4

export interface RestrictedRead {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly name: string
  readonly parameters: URLSearchParams | null
  readonly query: Query
}

/**
 * Reads a record for someone who says who they are, restricted values among the rest.
 * @returns what was found, or null when the request has been answered
 */
export async function readForAdministrator(
  read: RestrictedRead, deps: AdministrationDeps,
): Promise<Outcome | null> {
  const { request, reply, name, parameters } = read
  const handle = parseHandle(name)
  const { indexes, types } = read.query
  const command = { kind: 'read', handle, indexes, types } as const
  const result = await ask({ request, reply, parameters, command, handle }, deps)
  if (result?.kind !== 'values') return null
  const { block } = result
  return block.length <= EMPTY_BLOCK_BYTES ? NO_VALUES : { kind: 'found', block, ttlSeconds: 0 }
}
