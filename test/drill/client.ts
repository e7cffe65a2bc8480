import { connect, type Socket } from 'node:net'
import { ExchangeError } from '../../src/client/exchange.ts'
import { failed, type Fetched, outcomeOf } from '../../src/client/outcome.ts'
import { createQuestion, readAnswer } from '../../src/client/question.ts'
import type { Identifier } from '../../src/identifier/identifier.ts'
import type { HostPort } from '../../src/lib/host-port.ts'
import { FrameReader } from '../../src/wire/frames.ts'
import { OFFSET } from '../../src/wire/layout.ts'

/** After such a silence the other node is asked as well. */
export const SILENCE_MS = 1_000
/** How long a node that was silent or gone is asked second. */
const REST_MS = 1_000
const EVERYTHING = { types: [], indexes: [] }

/** Null when the connection could not be had, or closed before the answer. */
type OnAnswer = (answer: Buffer | null) => void

/** One connection to a recursive node, opened anew by the first question after it closed. */
class Line {
  restUntilMs = 0
  readonly #server: HostPort
  readonly #waiting = new Map<number, OnAnswer>()
  #socket: Socket | null = null

  constructor(server: HostPort) {
    this.#server = server
  }

  send(request: Buffer, onAnswer: OnAnswer): void {
    this.#waiting.set(request.readUInt32BE(OFFSET.requestId), onAnswer)
    this.#socket ??= this.#open()
    this.#socket.write(request)
  }

  forget(request: Buffer): void {
    this.#waiting.delete(request.readUInt32BE(OFFSET.requestId))
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    const socket = connect({ ...this.#server, noDelay: true })
    const frames = new FrameReader()
    socket.on('data', (chunk: Buffer) => {
      frames.push(chunk, (bytes, offset, end) => {
        const frame = bytes.subarray(offset, end)
        this.#waiting.get(frame.readUInt32BE(OFFSET.requestId))?.(frame)
      })
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#socket = null
      const waiting = [...this.#waiting.values()]
      this.#waiting.clear()
      for (const onAnswer of waiting) onAnswer(null)
    })
    return socket
  }
}

/**
 * Asks two recursive nodes by turns, as clients with two of them do: one that is silent for a
 * second or gone is not waited for, the other one is asked. An answer that says that nothing
 * could be found out is an answer.
 */
export class DrillClient {
  readonly #lines: readonly [Line, Line]
  #turn = 0

  constructor([one, two]: readonly [HostPort, HostPort]) {
    this.#lines = [new Line(one), new Line(two)]
  }

  /** @returns null when no node answered in time */
  ask(name: Identifier, timeoutMs: number): Promise<Fetched | null> {
    const request = createQuestion(name, EVERYTHING)
    const [first, second] = this.#order()
    return new Promise((resolve) => {
      let lostCount = 0
      let askedSecond = false
      const done = (fetched: Fetched | null): void => {
        clearTimeout(silence)
        clearTimeout(overdue)
        first.forget(request)
        second.forget(request)
        resolve(fetched)
      }
      const onAnswer = (answer: Buffer | null): void => {
        if (answer !== null) done(readFetched(answer, name))
        else if (++lostCount === 2) done(null)
        else askSecond()
      }
      const askSecond = (): void => {
        first.restUntilMs = performance.now() + REST_MS
        if (askedSecond) return
        askedSecond = true
        second.send(request, onAnswer)
      }
      const silence = setTimeout(askSecond, SILENCE_MS)
      const overdue = setTimeout(() => { done(null) }, timeoutMs)
      first.send(request, onAnswer)
    })
  }

  close(): void {
    for (const line of this.#lines) line.close()
  }

  #order(): readonly [Line, Line] {
    const [one, two] = this.#lines
    const nowMs = performance.now()
    const [first, second] = this.#turn++ % 2 === 0 ? [one, two] : [two, one]
    return first.restUntilMs > nowMs && second.restUntilMs <= nowMs
      ? [second, first]
      : [first, second]
  }
}

function readFetched(answer: Buffer, name: Identifier): Fetched {
  try {
    return outcomeOf(readAnswer(answer, name))
  } catch (error) {
    if (error instanceof ExchangeError) return failed(error.reason, error.message)
    throw error
  }
}
