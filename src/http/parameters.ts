import type { FastifyRequest } from 'fastify'
import { FILTER_COUNT_MAX } from './limits.ts'
import { BadRequestError, queryOf } from './question.ts'

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
  if (typeof body !== 'object' || Array.isArray(body)) throw noParameters()
  for (const [key, value] of Object.entries(body)) {
    for (const text of textsOf(value)) parameters.append(key, text)
  }
  return parameters
}

/**
 * A parameter in a JSON body: a text, number, boolean, or a list of texts and numbers. Looked at
 * by hand, so that a thread that resolves need not load a library of schemas before it answers.
 * @throws BadRequestError
 */
function textsOf(value: unknown): string[] {
  if (typeof value === 'boolean') return [String(value)]
  const all: unknown[] = Array.isArray(value) ? value : [value]
  if (all.length > 2 * FILTER_COUNT_MAX) throw noParameters()
  return all.map((one) => {
    if (typeof one !== 'string' && !Number.isFinite(one)) throw noParameters()
    return String(one)
  })
}

function noParameters(): BadRequestError {
  return new BadRequestError('The body must be an object of parameters')
}
