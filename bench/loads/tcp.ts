import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { FrameReader } from '../../src/wire/frames.ts'
import { assertFound, type Measure, summarise } from '../measure.ts'

export interface TcpLoad {
  readonly port: number
  /** Encoded requests, asked one after another, from the start again when they end. */
  readonly requests: readonly Buffer[]
  readonly connections: number
  /** Requests that a connection has open at one time. */
  readonly depth: number
  readonly seconds: number
  /** Stop after so many answers instead of after a time. */
  readonly total?: number
  /** Whether answers are checked; an echo has none to check. */
  readonly checked: boolean
}

/** Asks over TCP: each connection writes `depth` requests in one piece, then waits for them. */
export async function loadTcp(load: TcpLoad): Promise<Measure> {
  const batches = joinBatches(load.requests, load.depth)
  const latencies: number[] = []
  const goal = load.total ?? Number.POSITIVE_INFINITY
  let done = 0
  const started = performance.now()
  const endsAt = load.total === undefined ? started + load.seconds * 1000 : Number.POSITIVE_INFINITY
  const isOver = (): boolean => done >= goal || performance.now() >= endsAt
  await Promise.all(
    Array.from({ length: load.connections }, async (_unused, lane) => {
      const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
      await once(socket, 'connect')
      await runLane(socket, lane, batches, load, latencies, (count) => (done += count), isOver)
      socket.destroy()
    }),
  )
  return summarise(done, (performance.now() - started) / 1000, latencies)
}

function joinBatches(requests: readonly Buffer[], depth: number): Buffer[] {
  const batches: Buffer[] = []
  for (let at = 0; at + depth <= requests.length; at += depth) {
    batches.push(Buffer.concat(requests.slice(at, at + depth)))
  }
  return batches
}

function runLane(
  socket: Socket, lane: number, batches: readonly Buffer[], load: TcpLoad,
  latencies: number[], add: (count: number) => void, isOver: () => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = new FrameReader()
    let next = Math.floor((lane * batches.length) / load.connections)
    let waiting = 0
    let askedAt = 0
    const ask = (): void => {
      const batch = batches[next % batches.length]
      if (batch === undefined) return
      next++
      waiting = load.depth
      askedAt = performance.now()
      socket.write(batch)
    }
    const onFrame = (bytes: Buffer, offset: number): void => {
      waiting--
      if (load.checked && waiting === 0) assertFound(bytes, offset)
    }
    socket.on('data', (chunk: Buffer) => {
      try {
        reader.push(chunk, onFrame)
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
      if (waiting > 0) return
      latencies.push(performance.now() - askedAt)
      add(load.depth)
      if (isOver()) resolve()
      else ask()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed the connection')))
    ask()
  })
}
