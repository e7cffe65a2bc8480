import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { foldAscii } from '../../identifier/identifier.ts'
import type { Command } from '../../record/command.ts'
import { CODE } from '../../wire/layout.ts'
import { LIST_CHUNK_COUNT_MAX, LIST_COUNT_MAX } from '../limits.ts'
import { readParameters } from '../parameters.ts'
import { BadRequestError } from '../question.ts'
import { allowOrigin, sendJson } from '../reply.ts'
import { askAs, readAsker } from './ask.ts'
import type { AdministrationDeps } from './proof.ts'

type ListCommand = Extract<Command, { kind: 'list' }>

const WHOLE_NUMBER = /^-?\d{1,9}$/

/** `GET /api/handles?prefix=…` (§10.1 Endpoints). */
export function addListing(server: FastifyInstance, deps: AdministrationDeps): void {
  // Some clients put a slash behind the path: that is seen where names are read.
  server.get('/api/handles', (request, reply) => answerListing(request, reply, deps))
}

/** Lists names under a prefix, a page or all of them (§10.3 Success bodies). */
export async function answerListing(
  request: FastifyRequest, reply: FastifyReply, deps: AdministrationDeps,
): Promise<FastifyReply> {
  deps.counters.add('http_api_requests_total')
  const parameters = readParameters(request)
  const prefix = readPrefix(parameters)
  const page = parsePage(parameters)
  const names: string[] = []
  let totalCount = 0
  let command: ListCommand | null = {
    kind: 'list',
    prefix: foldAscii(prefix).replace(/^0\.NA\//, ''),
    after: null,
    offset: page === null ? 0 : page.page * page.pageSize,
    countMax: Math.min(page?.pageSize ?? Infinity, LIST_CHUNK_COUNT_MAX),
  }
  const asked = { request, reply, parameters, handle: null }
  const asker = await readAsker(asked, deps)
  if (asker === null) return reply
  while (command !== null) {
    if (names.length >= LIST_COUNT_MAX) {
      throw new BadRequestError(`There are more than ${LIST_COUNT_MAX} names; ask in pages`)
    }
    const result = await askAs(asker, { ...asked, command }, deps)
    if (result?.kind !== 'names') return reply
    totalCount = result.totalCount ?? totalCount
    names.push(...result.names)
    const rest: number = (page?.pageSize ?? Infinity) - names.length
    command = result.next === null || rest <= 0 ? null : {
      ...command, after: result.next, offset: 0, countMax: Math.min(rest, LIST_CHUNK_COUNT_MAX),
    }
  }
  deps.counters.add('http_commands_done_total')
  allowOrigin(request, reply)
  const body = JSON.stringify({
    // Peers send the count as text.
    responseCode: CODE.success, prefix, totalCount: String(totalCount), ...page, handles: names,
  })
  return sendJson(reply, 200, body, parameters.get('callback'))
}

/** The prefix to list, as it was asked. @throws BadRequestError */
export function readPrefix(parameters: URLSearchParams): string {
  const prefix = parameters.get('prefix')
  if (prefix !== null && prefix !== '') return prefix
  throw new BadRequestError('Name an identifier, or a prefix to list', CODE.invalidHandle)
}

/** @returns null: no paging @throws BadRequestError */
function parsePage(parameters: URLSearchParams): { page: number; pageSize: number } | null {
  const page = parseNumber(parameters, 'page')
  const pageSize = parseNumber(parameters, 'pageSize')
  return page < 0 || pageSize < 0 ? null : { page, pageSize }
}

function parseNumber(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name)
  if (text === null) return -1
  if (!WHOLE_NUMBER.test(text)) {
    throw new BadRequestError(`${name}: ${JSON.stringify(text)} is no whole number`)
  }
  return Number(text)
}
