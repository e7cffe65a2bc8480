import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Identifier } from '../../identifier/identifier.ts'
import type { Command } from '../../record/command.ts'
import { CODE } from '../../wire/layout.ts'
import { VALUES_BODY_BYTES_MAX } from '../limits.ts'
import { isSet, nameBehind, parseHandle, parseIndexes, queryOf } from '../question.ts'
import { allowOrigin, sendJson } from '../reply.ts'
import { ask } from './ask.ts'
import type { AdministrationDeps } from './proof.ts'
import { checkIndexes, parseValuesBody } from './values-body.ts'

const BASE = '/api/handles/'
/** Stands for "whatever indexes the body has". */
const VARIOUS = 'various'

/** Creating, changing and deleting over the JSON API (§10.1 Endpoints). */
export function addHandleWrites(server: FastifyInstance, deps: AdministrationDeps): void {
  server.put(`${BASE}*`, { bodyLimit: VALUES_BODY_BYTES_MAX }, (request, reply) => {
    const { handle, parameters } = readTarget(request)
    return change(request, reply, parameters, toPut(handle, parameters, request.body))
  })

  server.delete(`${BASE}*`, { bodyLimit: VALUES_BODY_BYTES_MAX }, (request, reply) => {
    const { handle, parameters } = readTarget(request)
    const indexes = parseIndexes(parameters.getAll('index'))
    return change(request, reply, parameters, indexes === null
      ? { kind: 'delete', handle }
      : { kind: 'remove', handle, indexes })
  })

  async function change(
    request: FastifyRequest, reply: FastifyReply, parameters: URLSearchParams,
    command: Command & { readonly handle: Identifier },
  ): Promise<FastifyReply> {
    deps.counters.add('http_api_requests_total')
    const { handle } = command
    const result = await ask({ request, reply, parameters, command, handle }, deps)
    if (result?.kind !== 'done') return reply
    allowOrigin(request, reply)
    const body = JSON.stringify({ responseCode: CODE.success, handle: result.handle })
    return sendJson(reply, result.created ? 201 : 200, body, parameters.get('callback'))
  }
}

function readTarget(request: FastifyRequest): { handle: Identifier; parameters: URLSearchParams } {
  const handle = parseHandle(nameBehind(request, BASE))
  return { handle, parameters: new URLSearchParams(queryOf(request.raw.url) ?? '') }
}

/** With indexes single values are put, without them the whole record. @throws BadRequestError */
function toPut(
  handle: Identifier, parameters: URLSearchParams, body: unknown,
): Command & { readonly handle: Identifier } {
  const values = parseValuesBody(body, handle)
  const overwrite = parameters.get('overwrite')?.toLowerCase() !== 'false'
  const given = parameters.getAll('index')
  const indexes = given.includes(VARIOUS) ? VARIOUS : parseIndexes(given)
  if (indexes === null) {
    return { kind: 'create', handle, values, overwrite, mint: isSet(parameters, 'mintNewSuffix') }
  }
  checkIndexes(values, indexes)
  return { kind: 'add', handle, values, overwrite }
}
