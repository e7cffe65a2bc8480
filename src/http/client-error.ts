import type { Socket } from 'node:net'
import type { ConnectionError } from 'fastify'
import type { Counter } from '../lib/counters.ts'
import { CODE } from '../wire/layout.ts'
import type { HttpCounter } from './counters.ts'
import { STATUS_CODES } from './node-http.ts'
import { JSON_TYPE } from './reply.ts'
import { isKeptOpen } from './streaming.ts'

/**
 * Answers bytes that are no HTTP request: no route ever sees them, so they are refused and
 * counted here, and the connection ends.
 */
export function createClientErrorHandler(
  counters: Counter<HttpCounter>,
): (error: ConnectionError, socket: Socket) => void {
  return (error, socket) => {
    // One who went away asked for nothing and hears nothing.
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    // Node tells it once for each request, and leaves to us what comes of it.
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isKeptOpen(socket)) return
    counters.add('http_refused_bad-request_total')
    const [status, message] = refusalOf(error.code)
    if (socket.writable) socket.write(formatResponse(status, message))
    socket.destroy()
  }
}

function refusalOf(code: string): [status: number, message: string] {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'The request was not complete in time']
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Path and headers are too long; put parameters into a JSON body (POST)']
    case 'HPE_INVALID_URL':
      return [400, 'The path is malformed; percent-encode what is not ASCII in it']
    default:
      return [400, 'That is no HTTP request']
  }
}

function formatResponse(status: number, message: string): string {
  const body = JSON.stringify({ responseCode: CODE.protocolError, message })
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
