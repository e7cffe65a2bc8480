import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FILTER_COUNT_MAX } from './limits.ts'
import { BadRequestError, queryOf } from './question.ts'

/** Parameters in a JSON body: each a text, number, boolean, or a list of texts and numbers. */
const bodyParameters = z.record(
  z.string(),
  z.union([
    z.string(), z.number(), z.boolean(),
    z.array(z.union([z.string(), z.number()])).max(2 * FILTER_COUNT_MAX),
  ]),
)

/**
 * The parameters of a request: those of its query, and those of its body, in form or JSON
 * (§10.1 Endpoints).
 * @throws BadRequestError
 */
export function readParameters(request: FastifyRequest): URLSearchParams {
  const parameters = new URLSearchParams(queryOf(request.raw.url) ?? '')
  const { body } = request
  if (body === undefined || body === null) return parameters
  if (body instanceof URLSearchParams) {
    for (const [key, value] of body) parameters.append(key, value)
    return parameters
  }
  const parsed = bodyParameters.safeParse(body)
  if (!parsed.success) throw new BadRequestError('The body must be an object of parameters')
  for (const [key, value] of Object.entries(parsed.data)) {
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(key, String(one))
  }
  return parameters
}
