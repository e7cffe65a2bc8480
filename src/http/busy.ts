import type { IncomingMessage, ServerResponse } from 'node:http'
import { CODE } from '../wire/layout.ts'
import { RETRY_AFTER_SECONDS } from './limits.ts'
import { pathOf } from './question.ts'
import { JSON_TYPE } from './reply.ts'

const MESSAGE = `The node is busy; ask again in ${RETRY_AFTER_SECONDS} s`
const BODY = JSON.stringify({ responseCode: CODE.busy, message: MESSAGE })
const HEADERS: string[] = [
  'content-type', JSON_TYPE,
  'content-length', String(BODY.length),
  'cache-control', 'no-store',
  'retry-after', String(RETRY_AFTER_SECONDS),
]
const LAST_HEADERS = [...HEADERS, 'connection', 'close']

const WATCHED: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** Answers a request that can't be worked on now, from what was made once. */
export function answerBusy(response: ServerResponse, close: boolean): void {
  response.writeHead(503, close ? LAST_HEADERS : HEADERS)
  response.end(BODY)
}

/**
 * Whether a request only reads, and may be told to ask again. Never refused are changes, whose
 * number the writer limits, and those who watch the node.
 */
export function isRefusable(
  { method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>,
): boolean {
  switch (method) {
    case 'GET':
    case 'HEAD':
      return !WATCHED.has(pathOf(url))
    case 'POST':
      // Reading with parameters in a body. Other POSTs make changes, or are tunnelled and may.
      return url.startsWith('/v1/resolve') || url.startsWith('/api/handles/')
    default:
      return false
  }
}
