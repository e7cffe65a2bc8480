import { once } from 'node:events'
import { connect } from 'node:net'
import type { Prover } from '../../src/client/admin/prover.ts'
import { type AnswerMessage, readAnswer } from '../../src/client/admin/answer.ts'
import { type AdminRequest, encodeRequest } from '../../src/client/admin/request.ts'
import { AdminSession, beginSession } from '../../src/client/admin/session.ts'
import type { HandleValue } from '../../src/record/value.ts'
import { digestRequest } from '../../src/wire/digest.ts'
import { FrameReader } from '../../src/wire/frames.ts'
import { OPCODE } from '../../src/wire/layout.ts'
import { versionOf } from '../../src/wire/version.ts'
import { assertFound, type Measure, summarise, WrongAnswerError } from '../measure.ts'

/** Requests that are written beforehand for each second: more than any server takes. */
const REQUESTS_PER_SECOND = 60_000

/** One native session in which an administrator has proven who they are (§5.5 Sessions). */
export class CreatingSession {
  readonly #socket
  readonly #frames = new FrameReader()
  #requestId = 0
  #onFrame: (bytes: Buffer, offset: number, end: number) => void = () => undefined
  #session: AdminSession | null = null

  private constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (chunk: Buffer) => {
      this.#frames.push(chunk, (bytes, offset, end) => {
        this.#onFrame(bytes, offset, end)
      })
    })
  }

  /** Opens a session and proves who is asking. */
  static async open(port: number, prover: Prover): Promise<CreatingSession> {
    const opening = new CreatingSession(port)
    await once(opening.#socket, 'connect')
    const setup = beginSession(prover.identity)
    const offer = await opening.#exchange(setup.request, 0)
    if (offer.message.body.kind !== 'session-offer') throw new WrongAnswerError('no session')
    const session = new AdminSession(offer.envelope.sessionId, setup.accept(offer.message.body))
    opening.#session = session
    const list = { opcode: OPCODE.listHomedPrefixes, flags: [], body: nobody } as const
    const asked = opening.#encode(list)
    const challenge = await opening.#send(asked.bytes)
    if (challenge.message.body.kind !== 'challenge') throw new WrongAnswerError('no challenge')
    const digest = digestRequest('sha256', asked.digested).bytes
    const covered = Buffer.concat([challenge.message.body.nonce, digest])
    const { identity: { handle, index }, type } = prover
    const proven = await opening.#exchange({
      opcode: OPCODE.answerChallenge, flags: [], body: {
        kind: 'challenge-answer', authType: type, userHandle: handle, userIndex: index,
        answer: await prover.prove(covered, versionOf(2, 11)),
      },
    }, session.id)
    if (proven.message.body.kind !== 'handles') throw new WrongAnswerError('the proof was refused')
    return opening
  }

  /**
   * Creates records, so many under way at a time. The requests are written beforehand: the load
   * shall not be what is waited for.
   */
  async load(
    names: (number: number) => string, values: readonly HandleValue[], inFlight: number,
    seconds: number,
  ): Promise<Measure> {
    const count = Math.ceil(REQUESTS_PER_SECOND * seconds)
    const requests = Array.from({ length: count }, (_unused, i) => this.#encode({
      opcode: OPCODE.create, flags: ['certify', 'returnDigest'],
      body: { kind: 'record', handle: names(i), values },
    }).bytes)
    const latencies: number[] = []
    const askedAt = new Float64Array(count)
    const started = performance.now()
    const endsAt = started + seconds * 1000
    let [sent, answered, wanted] = [0, 0, inFlight]
    const fill = (): void => {
      const nowMs = performance.now()
      const more = requests.slice(sent, nowMs < endsAt ? wanted : sent)
      askedAt.fill(nowMs, sent, sent += more.length)
      if (more.length > 0) this.#socket.write(Buffer.concat(more))
    }
    await new Promise<void>((resolve, reject) => {
      this.#socket.on('error', reject)
      this.#onFrame = (bytes, offset) => {
        try {
          assertFound(bytes, offset)
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)))
        }
        // Answers come in the order of their requests.
        latencies.push(performance.now() - (askedAt[answered++] ?? 0))
        wanted++
        if (wanted - sent === 1) queueMicrotask(fill)
        if (answered === sent && performance.now() >= endsAt) resolve()
      }
      fill()
    })
    return summarise(answered, (performance.now() - started) / 1000, latencies)
  }

  close(): void {
    this.#socket.removeAllListeners('error')
    this.#socket.destroy()
  }

  #encode(request: AdminRequest) {
    return encodeRequest(request, ++this.#requestId, this.#session?.id ?? 0, this.#session)
  }

  #exchange(request: AdminRequest, sessionId: number): Promise<AnswerMessage> {
    return this.#send(encodeRequest(request, ++this.#requestId, sessionId, null).bytes)
  }

  #send(request: Buffer): Promise<AnswerMessage> {
    return new Promise((resolve) => {
      this.#onFrame = (bytes, offset, end) => {
        resolve(readAnswer(Buffer.from(bytes.subarray(offset, end)), this.#session))
      }
      this.#socket.write(request)
    })
  }
}

/** Where no name is meant (§4 Bodies). */
const nobody = { kind: 'name', handle: '/' } as const
