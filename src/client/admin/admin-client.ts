import { BytesError } from '../../lib/bytes.ts'
import { formatHostPort, type HostPort } from '../../lib/host-port.ts'
import { randomRequestId } from '../../lib/random.ts'
import type { Command } from '../../record/command.ts'
import type { PublicKey } from '../../record/public-key.ts'
import type { HandleValue } from '../../record/value.ts'
import { digestRequest } from '../../wire/digest.ts'
import { hasOpFlag, type OpFlag } from '../../wire/flags.ts'
import { CODE, OPCODE } from '../../wire/layout.ts'
import { versionOf } from '../../wire/version.ts'
import { ExchangeError } from '../exchange.ts'
import { type AnswerMessage, assertTrusted, readAnswer } from './answer.ts'
import { AdminConnection } from './connection.ts'
import type { Prover } from './prover.ts'
import { type AdminRequest, encodeRequest, type EncodedRequest, requestOf } from './request.ts'
import { AdminSession, beginSession, SessionError } from './session.ts'
import { Turnstile } from './turnstile.ts'

export interface AdminClientOptions {
  readonly server: HostPort
  /** Who asks; null for nobody, who is refused wherever a right is needed. */
  readonly prover: Prover | null
  /** Whether to open a session; without one each request is challenged and answered. */
  readonly session: boolean
  /** The key that the server signs with; null when it is not known. */
  readonly serverKey: PublicKey | null
  /** For each message of an answer. */
  readonly timeoutMs: number
  /** Keep one connection; servers of others close it after each answer (§7.2 TCP). */
  readonly reuseConnection: boolean
}

/** What a server said about a command. */
export interface AdminAnswer {
  /** Response code (§3.2 Response codes). */
  readonly code: number
  /** The server's own words; may be empty. */
  readonly message: string
  /** Values that it is about. */
  readonly indexes: readonly number[]
  /** The name that was made, after a creation; else empty. */
  readonly handle: string
  /** After a `read`. */
  readonly values: readonly HandleValue[]
}

type OnNames = (names: readonly string[]) => void

/** What a request and its answer belong to. */
interface Exchange {
  readonly session: AdminSession | null
  /** Of the session, or of the challenge that is answered; 0 for neither. */
  readonly sessionId: number
  readonly onNames: OnNames
  /** The request that this one proves; null when it stands for itself. */
  readonly proves: EncodedRequest | null
}

const requestIdMax = 0x7ffffffe
const alone: Exchange = {
  session: null, sessionId: 0, onNames: () => undefined, proves: null,
}

/**
 * Sends commands to one server over native TCP and proves who sends them (§5.1 Flow). Any number
 * may be under way at a time.
 */
export class AdminClient {
  readonly #options: AdminClientOptions
  readonly #connection: AdminConnection
  /** Lets one request at a time through until the server knows who asks in this session. */
  readonly #turnstile = new Turnstile()
  #session: AdminSession | null = null
  #opening: Promise<AdminSession> | null = null
  #lastRequestId = randomRequestId()

  constructor(options: AdminClientOptions) {
    this.#options = options
    this.#connection = new AdminConnection(options.server, options.timeoutMs)
  }

  /**
   * Has a command done.
   * @param onNames takes the parts of a listing as they come
   * @throws ExchangeError when no usable answer came; whether it was done is then not known,
   *   unless the reason is `unreachable`. SessionError when no session is to be had
   */
  async execute(command: Command, onNames: OnNames = () => undefined): Promise<AdminAnswer> {
    const request = requestOf(command)
    const session = await this.#findSession()
    const answer = await this.#perform(request, session, onNames)
    // A server that was started anew knows the session no more, and has done nothing.
    const forgotten = answer.message.responseCode === CODE.sessionTimeout && session !== null
    if (!forgotten) return answerOf(answer)
    if (this.#session === session) this.#session = null
    return answerOf(await this.#perform(request, await this.#findSession(), onNames))
  }

  /** Ends the session, if any, and closes the connection. */
  async close(): Promise<void> {
    if (this.#session !== null) {
      const body = { kind: 'name', handle: '/' } as const
      const request = { opcode: OPCODE.sessionTerminate, flags: [], body }
      // A session that can't be ended ends by itself.
      const session = this.#session
      await this.#exchange(request, { ...alone, session, sessionId: session.id })
        .catch(() => undefined)
      this.#session = null
    }
    this.#connection.close()
  }

  async #perform(
    request: AdminRequest,
    session: AdminSession | null,
    onNames: OnNames,
  ): Promise<AnswerMessage> {
    const attempt = (): Promise<AnswerMessage> => this.#attempt(request, session, onNames)
    if (session === null || session.authenticated) return attempt()
    const first = await this.#turnstile.pass(async () =>
      session.authenticated ? undefined : attempt())
    return first ?? attempt()
  }

  /** Sends a request, and answers the challenge that may come of it (§5.1 Flow). */
  async #attempt(
    request: AdminRequest,
    session: AdminSession | null,
    onNames: OnNames,
  ): Promise<AnswerMessage> {
    const { prover } = this.#options
    const asking = { session, sessionId: session?.id ?? 0, onNames, proves: null }
    const [encoded, first] = await this.#exchange(request, asking)
    const { body, digest } = first.message
    if (body.kind !== 'challenge' || prover === null) return first
    const { envelope } = first
    const algorithm = digest?.algorithm ?? 'sha256'
    // Of what was sent, not of what the server says was sent: else it could have us sign
    // another request.
    const own = digestRequest(algorithm, encoded.digested).bytes
    const version = versionOf(envelope.major, envelope.minor)
    const answer = await prover.prove(Buffer.concat([body.nonce, own]), version)
    const { identity, type } = prover
    const proof = {
      kind: 'challenge-answer',
      authType: type, userHandle: identity.handle, userIndex: identity.index, answer,
    } as const
    const reply = { opcode: OPCODE.answerChallenge, flags: [], body: proof }
    const inside = session?.id === envelope.sessionId ? session : null
    const proving = {
      session: inside, sessionId: envelope.sessionId, onNames, proves: encoded,
    }
    const [, second] = await this.#exchange(reply, proving)
    if (inside !== null && isAccepted(second)) inside.authenticated = true
    return second
  }

  async #exchange(
    request: AdminRequest,
    { session, sessionId, onNames, proves }: Exchange,
  ): Promise<readonly [EncodedRequest, AnswerMessage]> {
    const { serverKey, reuseConnection, server, timeoutMs } = this.#options
    // In a session the server proves its answers with a code that costs next to nothing.
    const proven = session !== null || serverKey !== null
    const flags: OpFlag[] = proven ? ['certify', 'returnDigest'] : []
    const vouching = request.opcode === OPCODE.answerChallenge ? null : session
    const all = { ...request, flags: [...request.flags, ...flags] }
    const encoded = encodeRequest(all, this.#nextRequestId(), sessionId, vouching)
    const connection = reuseConnection ? this.#connection : new AdminConnection(server, timeoutMs)
    const about = proves === null ? [encoded] : [encoded, proves]
    let last: AnswerMessage | undefined
    try {
      await connection.exchange(encoded.bytes, (frame) => {
        last = readAnswer(frame, session)
        assertTrusted(last, about, { session, serverKey })
        const { body, opFlags } = last.message
        if (body.kind === 'handles') onNames(body.handles)
        return hasOpFlag(opFlags, 'continuous')
      })
    } finally {
      if (!reuseConnection) connection.close()
    }
    if (last === undefined) throw new ExchangeError('closed', 'no answer came')
    return [encoded, last]
  }

  /** Many requests may want a session at one time; one is opened for all. */
  async #findSession(): Promise<AdminSession | null> {
    const { session: wanted, prover } = this.#options
    if (!wanted || prover === null) return null
    if (this.#session !== null) return this.#session
    this.#opening ??= this.#setUp(prover).finally(() => { this.#opening = null })
    return this.#opening
  }

  async #setUp(prover: Prover): Promise<AdminSession> {
    const setup = beginSession(prover.identity)
    const [, { envelope, message }] = await this.#exchange(setup.request, alone)
    const { body, responseCode } = message
    const where = formatHostPort(this.#options.server)
    if (body.kind !== 'session-offer') {
      const words = body.kind === 'error' && body.message !== '' ? `: ${body.message}` : ''
      throw new SessionError(`${where} opens no session (code ${responseCode}${words})`)
    }
    try {
      this.#session = new AdminSession(envelope.sessionId, setup.accept(body))
      return this.#session
    } catch (error) {
      if (!(error instanceof BytesError)) throw error
      throw new ExchangeError('malformed', `${where} offers ${error.message}`)
    }
  }

  #nextRequestId(): number {
    this.#lastRequestId = (this.#lastRequestId % requestIdMax) + 1
    return this.#lastRequestId
  }
}

/** Whether an answer shows that the proof was taken: what it says is then about the command. */
function isAccepted({ message: { responseCode: code } }: AnswerMessage): boolean {
  return code === CODE.success || (code >= CODE.handleNotFound && code < CODE.invalidAdmin)
}

function answerOf({ message: { responseCode: code, body } }: AnswerMessage): AdminAnswer {
  return {
    code,
    message: body.kind === 'error' ? body.message : '',
    indexes: body.kind === 'error' ? body.indexes ?? [] : [],
    handle: body.kind === 'name' ? body.handle : '',
    values: body.kind === 'record' ? body.values : [],
  }
}
