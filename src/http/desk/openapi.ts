import { z } from 'zod'
import type { Operation } from '../../desk/operation.ts'
import { OPERATIONS } from '../../desk/operations/all.ts'
import { PROBLEM_TYPE, problemSchema } from './problem.ts'
import { DESK_ROUTES, type DeskRoute, STREAM_PATH } from './routes.ts'
import { LINES_TYPE, streamQuery } from './stream.ts'
import { STREAM_DESCRIPTION } from './stream-text.ts'

type Json = Readonly<Record<string, unknown>>

/** The interface as OpenAPI 3.1, made from the very schemas that check the requests. */
export function createSpecification(): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of DESK_ROUTES) {
    const path = route.path.replace('{+', '{')
    const item = paths[path] ??= {}
    item[route.method.toLowerCase()] = describe(route, OPERATIONS[route.operation])
  }
  paths[STREAM_PATH] = { post: describeStream() }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Suibiao 穗标: registration desk', version: '1',
      description: 'Apply for prefixes, review them, set routes, register identifiers. Errors are '
        + 'problem details (RFC 9457), in English or Chinese by Accept-Language.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: [...new Set(DESK_ROUTES.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
    },
  }
}

/** Calls that need neither key nor log-in. */
const UNKEYED: ReadonlySet<Operation['scope']> = new Set(['open', 'signed'])

function describe(route: DeskRoute, operation: Operation): Json {
  const { summary, scope, params, query, body, output, versioned, repeatable } = operation
  return {
    operationId: route.operation,
    summary,
    tags: [route.tag],
    ...(UNKEYED.has(scope) ? { security: [] } : {}),
    ...(UNKEYED.has(scope) || scope === 'anyone' ? {} : { 'x-scope': scope }),
    parameters: [
      ...parametersOf(params, 'path'),
      ...parametersOf(query, 'query'),
      ...(versioned ? [header('If-Match', 'The ETag that was seen, a list, or *', true)] : []),
      ...(route.method === 'POST' && repeatable
        ? [header('Idempotency-Key', 'The same key within a day: done once, same answer', false)]
        : []),
    ],
    ...(body === null ? {} : { requestBody: { required: true, content: json(body, 'input') } }),
    responses: {
      [route.status]: { description: 'Done', content: json(output, 'output') },
      default: problemResponse,
    },
  }
}

function describeStream(): Json {
  const lines = { [LINES_TYPE]: { schema: { type: 'string' } } }
  return {
    operationId: 'identifier.stream',
    summary: 'Registers identifiers in bulk: one a line in, one result a line out',
    description: STREAM_DESCRIPTION,
    tags: ['identifier'],
    'x-scope': 'identifier:write',
    parameters: parametersOf(streamQuery, 'query'),
    requestBody: { required: true, content: lines },
    responses: {
      200: { description: 'Results, one a line, and a summary as the last', content: lines },
      default: problemResponse,
    },
  }
}

const problemResponse = {
  description: 'Refused; nothing was changed',
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
}

function header(name: string, description: string, required: boolean): Json {
  return { name, in: 'header', description, required, schema: { type: 'string' } }
}

function parametersOf(schema: z.ZodObject | null, place: 'path' | 'query'): Json[] {
  if (schema === null) return []
  const { properties, required } = objectSchema.parse(schemaOf(schema, 'input'))
  return Object.entries(properties).map(([name, schema]) => ({
    name, in: place, required: place === 'path' || required.includes(name), schema,
  }))
}

const objectSchema = z.object({
  properties: z.record(z.string(), z.unknown()).default({}),
  required: z.array(z.string()).default([]),
})

function json(schema: z.ZodType, io: 'input' | 'output'): Json {
  return { 'application/json': { schema: schemaOf(schema, io) } }
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const described: Record<string, unknown> = z.toJSONSchema(schema, {
    io, unrepresentable: 'any',
  })
  // OpenAPI 3.1 says the dialect once for the whole document.
  delete described['$schema']
  return described
}
