import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { type Measure, summarise, WrongAnswerError } from '../measure.ts'

/** What came back of what was asked. */
export interface OfferedHttpMeasure extends Measure {
  readonly offeredPerSecond: number
  /** Told to ask again later. */
  readonly refusedPerSecond: number
}

export interface OfferedHttpLoad {
  readonly port: number
  /** Whole requests, head and body. */
  readonly requests: readonly string[]
  /** Requests that come a second, whether those before them are answered or not. */
  readonly perSecond: number
  /** People who wait at a time, each on a connection; who comes beyond that goes away again. */
  readonly connectionsMax: number
  readonly seconds: number
}

/** Requests between two looks at the clock. */
const BURST = 16
/** Answers to what was asked in time are waited for, no longer than this. */
const LINGER_MS = 1_000

/** Asks at a fixed rate over HTTP, each time on a connection that waits for nothing. */
export async function loadOfferedHttp(load: OfferedHttpLoad): Promise<OfferedHttpMeasure> {
  const { port, requests, perSecond, connectionsMax } = load
  const latencies: number[] = []
  const lanes = new Set<Lane>()
  const idle: Lane[] = []
  let refused = 0
  const onAnswer = (lane: Lane, status: number, tookMs: number): void => {
    if (status === 503) refused++
    else if (status === 200) latencies.push(tookMs)
    else throw new WrongAnswerError(`an answer had status ${status}`)
    idle.push(lane)
  }
  const started = performance.now()
  let sent = 0
  for (let now = started; now - started < load.seconds * 1000; now = performance.now()) {
    const due = ((now - started) / 1000) * perSecond
    for (let i = 0; i < BURST && sent < due; i++) {
      let lane = idle.pop()
      if (lane === undefined && lanes.size < connectionsMax) {
        lane = new Lane(port, onAnswer)
        lanes.add(lane)
      }
      if (lane === undefined && perSecond === Infinity) break
      lane?.ask(requests[sent % requests.length] ?? '')
      sent++
    }
    await turn()
  }
  const seconds = (performance.now() - started) / 1000
  const measure = { ...summarise(latencies.length, seconds, [...latencies]), total: sent }
  const refusedPerSecond = refused / seconds
  const endsAt = performance.now() + LINGER_MS
  while (idle.length < lanes.size && performance.now() < endsAt) await turn()
  for (const lane of lanes) lane.close()
  return { ...measure, refusedPerSecond, offeredPerSecond: sent / seconds }
}

/** One connection with at most one request open. */
class Lane {
  readonly #socket: Socket
  #askedAt = 0
  #text = ''

  constructor(port: number, onAnswer: (lane: Lane, status: number, tookMs: number) => void) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.setEncoding('latin1').on('data', (chunk: string) => {
      this.#text += chunk
      const headEnd = this.#text.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? 0)
      if (this.#text.length < headEnd + 4 + length) return
      const status = Number(this.#text.slice(9, 12))
      this.#text = ''
      onAnswer(this, status, performance.now() - this.#askedAt)
    })
    // Who is turned away waits no more: the connection is spent.
    this.#socket.on('error', () => undefined)
  }

  ask(request: string): void {
    this.#askedAt = performance.now()
    this.#socket.write(request)
  }

  close(): void {
    this.#socket.destroy()
  }
}
