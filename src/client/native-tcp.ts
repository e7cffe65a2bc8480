import { connect } from 'node:net'
import { formatHostPort, type HostPort } from '../lib/host-port.ts'
import { FrameReader } from '../wire/frames.ts'
import { OFFSET, REQUEST_ID_UNKNOWN } from '../wire/layout.ts'
import {
  ExchangeError,
  type ExchangeFailure,
  type ExchangeOptions,
  isAnswerTo,
  isResponse,
  systemCodeOf,
} from './exchange.ts'

/**
 * Sends a request over a TCP connection of its own and reads the first answer (§7.2 TCP).
 * @param request envelope and message
 * @returns envelope and message of the answer
 * @throws ExchangeError
 */
export async function exchangeTcp(
  request: Buffer,
  server: HostPort,
  options: ExchangeOptions,
): Promise<Buffer> {
  const where = formatHostPort(server)
  const socket = connect({ host: server.host, port: server.port, noDelay: true })
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const fail = (reason: ExchangeFailure, message: string): void => {
        reject(new ExchangeError(reason, message))
      }
      timer = setTimeout(() => {
        fail('timeout', `no answer from ${where} within ${options.timeoutMs} ms`)
      }, options.timeoutMs)
      socket.on('connect', () => { socket.write(request) })
      socket.on('error', (error) => {
        fail('unreachable', `${where} can't be reached (${systemCodeOf(error)})`)
      })
      socket.on('close', () => {
        fail('closed', `${where} closed the connection without an answer`)
      })
      const frames = new FrameReader()
      socket.on('data', (chunk: Buffer) => {
        const error = frames.push(chunk, (bytes, offset, end) => {
          const frame = bytes.subarray(offset, end)
          if (isOurs(request, frame)) resolve(frame)
          else fail('malformed', `${where} sent something that is no answer to the request`)
        })
        if (error !== undefined) fail('malformed', `${where} sent no frame (${error})`)
      })
    })
  } finally {
    clearTimeout(timer)
    socket.destroy()
  }
}

function isOurs(request: Buffer, frame: Buffer): boolean {
  if (!isResponse(frame)) return false
  // The connection carries one request only, so an error about unreadable bytes is about ours.
  return isAnswerTo(request, frame) || frame.readUInt32BE(OFFSET.requestId) === REQUEST_ID_UNKNOWN
}
