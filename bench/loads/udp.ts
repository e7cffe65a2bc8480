import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { assertFound, type Measure, summarise } from '../measure.ts'

export interface UdpLoad {
  readonly port: number
  readonly requests: readonly Buffer[]
  readonly sockets: number
  /** Requests that a socket has open at one time. */
  readonly window: number
  readonly seconds: number
  readonly checked: boolean
}

/** One in so many answers is timed; the clock would cost more than the rest. */
const SAMPLE_EVERY = 32
/** A window whose answers stay out this long is taken for lost and opened anew. */
const LOST_AFTER_MS = 200

/** Asks over UDP with a window per socket: an answer lets the next request go. */
export async function loadUdp(load: UdpLoad): Promise<Measure> {
  const latencies: number[] = []
  let done = 0
  const started = performance.now()
  await Promise.all(Array.from({ length: load.sockets }, async (_unused, lane) => {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 })
    socket.connect(load.port, '127.0.0.1')
    await once(socket, 'connect')
    done += await runLane(socket, lane, load, latencies)
    socket.close()
  }))
  return summarise(done, (performance.now() - started) / 1000, latencies)
}

function runLane(
  socket: ReturnType<typeof createSocket>, lane: number, load: UdpLoad, latencies: number[],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const { requests } = load
    let next = Math.floor((lane * requests.length) / load.sockets)
    let received = 0
    let sampledAt = performance.now()
    let lastSeen = 0
    const ask = (): void => {
      const request = requests[next++ % requests.length]
      if (request !== undefined) socket.send(request)
    }
    const opened = (): void => {
      for (let i = 0; i < load.window; i++) ask()
    }
    socket.on('message', (answer) => {
      received++
      if (received % (load.window * SAMPLE_EVERY) === 0) {
        // With a full window an answer's time is the time that a whole window takes.
        const now = performance.now()
        latencies.push((now - sampledAt) / SAMPLE_EVERY)
        sampledAt = now
        if (load.checked) {
          try {
            assertFound(answer, 0)
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        }
      }
      ask()
    })
    const watch = setInterval(() => {
      if (received === lastSeen) opened()
      lastSeen = received
    }, LOST_AFTER_MS)
    setTimeout(() => {
      clearInterval(watch)
      socket.removeAllListeners('message')
      resolve(received)
    }, load.seconds * 1000)
    opened()
  })
}
