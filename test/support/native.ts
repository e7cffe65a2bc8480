import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { CounterTable } from '../../src/lib/counters.ts'
import { HistogramTable } from '../../src/lib/histograms.ts'
import { NativeAnswerer } from '../../src/native/answer.ts'
import {
  NATIVE_COUNTERS, NATIVE_HISTOGRAMS, type NativeHistogram,
} from '../../src/native/counters.ts'
import { Deferrals, type SlowAnswerer } from '../../src/native/slow-answerer.ts'
import { createNetworkSet } from '../../src/native/networks.ts'
import { ReplyAllowance } from '../../src/native/reply-allowance.ts'
import { createValue } from '../../src/record/value.ts'
import { FrameReader } from '../../src/wire/frames.ts'
import { createResolverSetting } from './memory-store.ts'

export const SITE_BYTES = Buffer.from('0001020b00018002', 'hex')

/**
 * An answerer over three records: a small one, one of many datagrams, one restricted.
 * @param slow who answers what it defers; null for nobody
 */
export function createAnswererSetting(
  slow: SlowAnswerer | null = null, trusted: readonly string[] = ['127.0.0.0/8', '::1/128'],
) {
  const setting = createResolverSetting(['88.118.8'])
  setting.store.put('88.118.8/P1', [createValue(1, 'URL', 'https://a.example')])
  setting.store.put('88.118.8/LONG', [createValue(1, 'DESC', 'x'.repeat(5000))])
  setting.store.put('88.118.8/SECRET', [createValue(1, 'COST', '9', { permissions: 0x0c })])
  const counters = CounterTable.create(NATIVE_COUNTERS)
  const histograms = HistogramTable.create<NativeHistogram>(NATIVE_HISTOGRAMS)
  const answerer = new NativeAnswerer({
    resolver: setting.resolver,
    clock: setting.clock,
    counters,
    siteBytes: SITE_BYTES,
    siteSerial: 1,
    defers: slow !== null,
  })
  const deferrals = slow === null ? null : new Deferrals(slow, 16)
  const allowance = new ReplyAllowance(createNetworkSet(trusted), 1)
  return { ...setting, counters, histograms, answerer, deferrals, allowance }
}

/** A resolution request, written byte by byte and not with the codec under test. */
export function requestFor(name: string, fields: {
  requestId?: number
  flags?: number
  version?: string
  expiration?: number
  opcode?: number
  responseCode?: number
} = {}): Buffer {
  const bytes = Buffer.from(name)
  const request = Buffer.alloc(20 + 24 + 4 + bytes.length + 8 + 4)
  request.set(Buffer.from(fields.version ?? '020b020b', 'hex'))
  request.writeUInt32BE(fields.requestId ?? 1, 8)
  request.writeInt32BE(request.length - 20, 16)
  request.writeInt32BE(fields.opcode ?? 1, 20)
  request.writeInt32BE(fields.responseCode ?? 0, 24)
  request.writeUInt32BE(fields.flags ?? 0x19000000, 28)
  request.writeUInt16BE(0xffff, 32)
  request.writeUInt32BE(fields.expiration ?? 0xfffffff0, 36)
  request.writeInt32BE(4 + bytes.length + 8, 40)
  request.writeInt32BE(bytes.length, 44)
  bytes.copy(request, 48)
  return request
}

export const responseCode = (answer: Buffer): number => answer.readInt32BE(24)
export const requestId = (answer: Buffer): number => answer.readUInt32BE(8)

/** Sends datagrams and gathers what comes back within `waitMs`, or until `count` have come. */
export async function askUdp(
  port: number, datagrams: readonly Buffer[], count: number, waitMs = 300, host = '127.0.0.1',
): Promise<Buffer[]> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const answers: Buffer[] = []
  const done = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs)
    socket.on('message', (message) => {
      answers.push(message)
      if (answers.length < count) return
      clearTimeout(timer)
      resolve()
    })
  })
  for (const datagram of datagrams) socket.send(datagram, port, host)
  await done
  socket.close()
  return answers
}

/** A TCP connection that gathers whole messages. */
export async function connectTcp(port: number, host = '127.0.0.1'): Promise<{
  socket: Socket
  answers: Buffer[]
  /** Settles once `count` answers are there. */
  until(count: number): Promise<void>
  closed: Promise<unknown>
}> {
  const socket = connect({ port, host })
  const reader = new FrameReader()
  const answers: Buffer[] = []
  socket.on('data', (chunk: Buffer) => {
    reader.push(chunk, (bytes, offset, end) => {
      answers.push(Buffer.from(bytes.subarray(offset, end)))
    })
    socket.emit('answers')
  })
  const closed = once(socket, 'close')
  await once(socket, 'connect')
  const until = async (count: number): Promise<void> => {
    while (answers.length < count) await once(socket, 'answers')
  }
  return { socket, answers, until, closed }
}
