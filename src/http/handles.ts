import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { IdentifierKey } from '../identifier/identifier.ts'
import type { LatencySampler } from '../lib/latency-sampler.ts'
import type { Outcome } from '../record/outcome.ts'
import { responseCodeOf } from '../wire/codes.ts'
import { hasAdministration } from './administration/administration.ts'
import { sendChallenge } from './administration/challenge.ts'
import { answerListing } from './administration/listing.ts'
import { type AdministrationDeps, saysWhoItIsFrom } from './administration/proof.ts'
import { readForAdministrator } from './administration/restricted.ts'
import { statusOf } from './codes.ts'
import type { HttpDeps } from './deps.ts'
import { readParameters } from './parameters.ts'
import { isSet, nameBehind, parseQuestion, queryOf } from './question.ts'
import { allowOrigin, createApiBody, keptSeconds, markStale, sendJson } from './reply.ts'
import { createRepresentation, type Representation, sendRepresentation } from './representation.ts'
import { formatResolveBody, formatResolveBodyPretty } from './resolve-body.ts'

const BASE = '/api/handles/'

/** The resolve part of the JSON API (§10.1 Endpoints). */
export function addHandles(
  server: FastifyInstance, deps: HttpDeps, latency: LatencySampler,
): void {
  server.get(`${BASE}*`, (request, reply) => {
    deps.counters.add('http_api_requests_total')
    const query = queryOf(request.raw.url)
    const parameters = query === null ? null : new URLSearchParams(query)
    return answer(request, reply, nameBehind(request, BASE), parameters)
  })

  server.post(`${BASE}*`, (request, reply) => {
    deps.counters.add('http_api_requests_total')
    return answer(request, reply, nameBehind(request, BASE), readParameters(request))
  })

  function answer(
    request: FastifyRequest, reply: FastifyReply, name: string, parameters: URLSearchParams | null,
  ): FastifyReply | Promise<FastifyReply> {
    if (hasAdministration(deps)) {
      if (name === '' && parameters?.has('prefix') === true) {
        return answerListing(request, reply, deps)
      }
      if (saysWhoItIsFrom(request, parameters)) {
        return answerAdministrator(request, reply, name, parameters, deps)
      }
    }
    const begunMs = latency.begin()
    const query = parseQuestion(name, parameters)
    const outcome = deps.resolver.lookup(query)
    if (outcome === undefined) {
      return deps.resolver.recurse(query).then((found) =>
        show(request, reply, name, parameters, query.key, found))
    }
    if (isForAdministrators(outcome) && hasAdministration(deps)) {
      return sendChallenge(request, reply, deps, { handle: name, clientNonce: null, wrong: false })
    }
    show(request, reply, name, parameters, query.key, outcome)
    latency.end(begunMs)
    return reply
  }

  function show(
    request: FastifyRequest, reply: FastifyReply, name: string,
    parameters: URLSearchParams | null, key: IdentifierKey, outcome: Outcome,
  ): FastifyReply {
    deps.counters.add(`http_outcomes_${outcome.kind}_total`)
    const callback = parameters?.get('callback') ?? null
    const json = bodyOf(name, outcome, parameters)
    if (outcome.kind === 'found') {
      const body = createApiBody(json, callback)
      const representation = createRepresentation(body, keptSeconds(outcome, deps.clock))
      if (!markStale(reply, outcome)) remember(request, key, representation)
      sendRepresentation(request, reply, representation)
    } else {
      allowOrigin(request, reply)
      sendJson(reply, statusOf(responseCodeOf(outcome)), json, callback)
    }
    return reply
  }

  async function answerAdministrator(
    request: FastifyRequest, reply: FastifyReply, name: string,
    parameters: URLSearchParams | null, withAdministration: AdministrationDeps,
  ): Promise<FastifyReply> {
    const query = parseQuestion(name, parameters)
    const read = { request, reply, name, parameters, query }
    const outcome = await readForAdministrator(read, withAdministration)
    if (outcome === null) return reply
    allowOrigin(request, reply)
    // Not as a representation: what one person may read is nobody else's to keep.
    const callback = parameters?.get('callback') ?? null
    return sendJson(reply, 200, bodyOf(name, outcome, parameters), callback)
  }

  /** Keeps what was just looked up for the hit path, which answers the same URL from now on. */
  function remember(
    request: FastifyRequest, key: IdentifierKey, representation: Representation,
  ): void {
    if (request.method !== 'GET' || request.headers.authorization !== undefined) return
    const mark = deps.resolver.markOf(key)
    if (mark === undefined) return
    const bytes = representation.message.length
    deps.replies.set(request.raw.url ?? '', { representation, mark, bytes })
  }

  function bodyOf(name: string, outcome: Outcome, parameters: URLSearchParams | null): string {
    const pretty = parameters !== null && isSet(parameters, 'pretty')
    return (pretty ? formatResolveBodyPretty : formatResolveBody)(name, outcome)
  }
}

function isForAdministrators(outcome: Outcome): boolean {
  return outcome.kind === 'restricted' && outcome.readableBy === 'administrator'
}
