import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { type Measure, summarise } from '../measure.ts'

/** What came back of what was sent. */
export interface OfferedMeasure extends Measure {
  readonly offeredPerSecond: number
}

export interface OfferedLoad {
  readonly port: number
  readonly requests: readonly Buffer[]
  /** Requests sent a second, whether they are answered or not. */
  readonly perSecond: number
  readonly seconds: number
}

/** Answers that come later than this after the end are not waited for. */
const LINGER_MS = 300
/** Requests between two looks at the clock. */
const BURST = 16

/** Sends at a fixed rate over UDP, whatever comes back; times every answer by its request id. */
export async function loadOffered(load: OfferedLoad): Promise<OfferedMeasure> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 8_388_608 })
  socket.connect(load.port, '127.0.0.1')
  await once(socket, 'connect')
  const sentAt = new Float64Array(load.requests.length)
  const latencies: number[] = []
  socket.on('message', (answer) => {
    const id = answer.readUInt32BE(8) - 1
    latencies.push(performance.now() - (sentAt[id % sentAt.length] ?? 0))
  })
  const started = performance.now()
  let sent = 0
  for (let now = started; now - started < load.seconds * 1000; now = performance.now()) {
    const due = ((now - started) / 1000) * load.perSecond
    for (let i = 0; i < BURST && sent < due; i++, sent++) {
      const request = load.requests[sent % load.requests.length]
      if (request === undefined) break
      sentAt[sent % sentAt.length] = now
      socket.send(request)
    }
    await turn()
  }
  const seconds = (performance.now() - started) / 1000
  const done = latencies.length
  const lingerUntil = performance.now() + LINGER_MS
  while (performance.now() < lingerUntil) await turn()
  socket.close()
  return { ...summarise(done, seconds, latencies), offeredPerSecond: sent / seconds }
}
