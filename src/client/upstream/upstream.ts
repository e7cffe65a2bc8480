import type { Clock } from '../../lib/clock.ts'
import type { Counter } from '../../lib/counters.ts'
import { formatHostPort } from '../../lib/host-port.ts'
import type { SiteProtocol } from '../../record/site.ts'
import { CODE } from '../../wire/layout.ts'
import type { UpstreamCounter } from '../counters.ts'
import { ExchangeError, systemCodeOf } from '../exchange.ts'
import {
  ATTEMPT_COUNT_MAX, CHANNEL_IDLE_MS, UDP_ANSWER_MS, UDP_CONCURRENCY_MAX,
} from '../limits.ts'
import { type FetchFailure, outcomeOf } from '../outcome.ts'
import type { HttpAnswer } from './http-channel.ts'
import { ServerBook, type ServerState } from './server-book.ts'
import { OverdueError, runStaggered } from './staggered.ts'
import type { Target, TargetDoor } from './targets.ts'
import { Transports } from './transports.ts'
import { createWalkQuestion, readJsonAnswer, readWalkAnswer, type WalkAnswer } from
  './walk-question.ts'

export interface UpstreamParts {
  readonly clock: Clock
  readonly counters: Counter<UpstreamCounter>
  /** Whether answers must be signed where the site names a key. */
  readonly signaturesDemanded: boolean
  /** Certificates to trust beside the system's, or null. */
  readonly ca: string | null
}

/** One question to one server, for whoever watches a walk. */
export interface Hop {
  readonly server: string
  readonly protocol: SiteProtocol
  /** Undefined when no answer came that can be trusted. */
  readonly answer: WalkAnswer | undefined
  /** Why no usable answer came, for people; empty otherwise. */
  readonly problem: string
  readonly tookMs: number
}

export interface AskOptions {
  /** When the answer must be there, on the clock's elapsed time. */
  readonly deadlineMs: number
  readonly recursionCount: number
  readonly onHop: ((hop: Hop) => void) | null
}

/** No server gave an answer that says anything about the name. */
export class UpstreamError extends Error {
  readonly reason: FetchFailure

  constructor(reason: FetchFailure, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Puts questions to other nodes: the best server first, another one when it is late or fails. */
export class Upstream {
  readonly #parts: UpstreamParts
  readonly #book = new ServerBook()
  readonly #transports: Transports

  constructor(parts: UpstreamParts) {
    this.#parts = parts
    this.#transports = new Transports(parts.clock, parts.ca)
  }

  /**
   * Asks for all public values of a name.
   * @returns an answer that says something: values, that there are none, or whom to ask
   * @throws UpstreamError when none of the targets gave one in time
   */
  ask(name: string, targets: readonly Target[], options: AskOptions): Promise<WalkAnswer> {
    const nowMs = this.#parts.clock.elapsedMs()
    const [only] = targets
    if (only === undefined) return refuse('unreachable', 'there is no server to ask')
    if (options.deadlineMs <= nowMs) return refuse('timeout', 'there is no time left to ask')
    return targets.length === 1
      ? this.#askTarget(name, only, options, null, nowMs)
      : this.#askStaggered(name, this.#book.rank(targets, nowMs), options, nowMs)
  }

  async #askStaggered(
    name: string, ranked: readonly Target[], options: AskOptions, nowMs: number,
  ): Promise<WalkAnswer> {
    const { counters } = this.#parts
    const remainingMs = options.deadlineMs - nowMs
    const asked = ranked.slice(0, ATTEMPT_COUNT_MAX)
    const attempts = asked.map((target, i) => (signal: AbortSignal) => {
      if (i > 0) counters.add('upstream_hedges_total')
      return this.#askTarget(name, target, options, signal, this.#parts.clock.elapsedMs())
    })
    const lateAfterMs = (i: number): number => {
      const target = asked[i]
      return target === undefined ? remainingMs : this.#book.stateOf(target).times.lateAfterMs
    }
    try {
      return await runStaggered(attempts, lateAfterMs, remainingMs)
    } catch (error) {
      if (!(error instanceof OverdueError)) throw error
      throw new UpstreamError('timeout', 'no server answered in time')
    }
  }

  stop(): void {
    this.#transports.stop()
  }

  /**
   * One server, over one door after another until one brings an answer.
   * @param signal ends it early; null where nobody else is asked
   */
  async #askTarget(
    name: string, target: Target, options: AskOptions, signal: AbortSignal | null,
    startedMs: number,
  ): Promise<WalkAnswer> {
    const { clock, counters } = this.#parts
    const state = this.#book.stateOf(target)
    if (!state.breaker.tryPass(startedMs)) {
      counters.add('upstream_breakers_refused_total')
      throw new UpstreamError('unreachable', `${target.name} is left alone after failing`)
    }
    let failure: UpstreamError | undefined
    state.askedCount++
    const doors = this.#doorsOf(target, state, startedMs)
    for (const door of doors) {
      const askedMs = failure === undefined ? startedMs : clock.elapsedMs()
      const dueMs = this.#dueMs(door, doors, options, askedMs)
      if (dueMs <= 0 || signal?.aborted === true) break
      counters.add(REQUESTS[door.protocol])
      try {
        const request = this.#questionFor(name, target, door, options)
        const got = await this.#transports.exchange(target, door, request, name, { dueMs, signal })
        const answer = this.#read(got, request, name, target)
        const nowMs = clock.elapsedMs()
        state.times.add(nowMs - askedMs, nowMs)
        this.#tell(options, target, door, answer, '', nowMs - askedMs)
        if (USEFUL.has(answer.code)) {
          state.askedCount--
          state.breaker.succeeded()
          return answer
        }
        failure = this.#failed(uselessAnswer(answer, target), signal)
      } catch (error) {
        failure = this.#failed(failureOf(error), signal)
        const tookMs = clock.elapsedMs() - askedMs
        this.#tell(options, target, door, undefined, failure.message, tookMs)
      }
    }
    state.askedCount--
    failure ??= new UpstreamError('unreachable', `there was no way to ask ${target.name}`)
    this.#learnFailure(state, failure, startedMs, signal)
    throw failure
  }

  /**
   * Whatever comes by UDP may be anybody's, and a signature is over what was asked: then the answer
   * has to carry a digest of the question. On a connection it would tell nothing new.
   */
  #questionFor(
    name: string, target: Target, { protocol }: TargetDoor, { recursionCount }: AskOptions,
  ): Buffer {
    const signed = this.#parts.signaturesDemanded && target.publicKey.length > 0
    return createWalkQuestion(name, {
      recursionCount, signed, digested: signed || protocol === 'udp',
      nowSeconds: this.#parts.clock.nowSeconds(),
    })
  }

  /** @throws ExchangeError when it is no answer to be believed */
  #read(got: HttpAnswer, request: Buffer, name: string, { publicKey }: Target): WalkAnswer {
    const { clock, signaturesDemanded } = this.#parts
    const key = signaturesDemanded ? publicKey : null
    return Buffer.isBuffer(got)
      ? readWalkAnswer(request, got, name, key, clock.nowSeconds())
      : readJsonAnswer(got, name, key)
  }

  /** What may be blocked on the way leaves time for another way. @returns 0 for no time left */
  #dueMs(
    door: TargetDoor, doors: readonly TargetDoor[], { deadlineMs }: AskOptions, nowMs: number,
  ): number {
    const remainingMs = deadlineMs - nowMs
    if (remainingMs <= 0) return 0
    const open = door.protocol === 'tcp' && this.#transports.isOpen(door)
    const tried = door.protocol === 'udp' || (door === doors[0] && !open)
    return tried && doors.length > 1
      ? nowMs + Math.min(UDP_ANSWER_MS, remainingMs / 2)
      : deadlineMs
  }

  #learnFailure(
    state: ServerState, { reason }: UpstreamError, startedMs: number, signal: AbortSignal | null,
  ): void {
    const nowMs = this.#parts.clock.elapsedMs()
    if (signal?.aborted !== true) {
      // A server that answers, whatever it says, is alive: a false record that sends strangers
      // there must not cut it off for those who are right.
      if (!SILENT.has(reason)) state.breaker.succeeded()
      else if (state.breaker.failed(nowMs)) {
        this.#parts.counters.add('upstream_breakers_opened_total')
      }
      return
    }
    // It lost a race. One that was late is at least that slow; a quick start says nothing.
    const tookMs = nowMs - startedMs
    if (tookMs >= state.times.lateAfterMs) state.times.add(tookMs, nowMs)
    state.breaker.abandoned()
  }

  /** A shared TCP connection goes before UDP; a server that is busy or asked often gets one. */
  #doorsOf(target: Target, state: ServerState, nowMs: number): readonly TargetDoor[] {
    const often = state.pace.ask(nowMs)
    const { doors } = target
    const [tcp] = state.tcpFirst
    if (tcp?.protocol !== 'tcp' || doors[0]?.protocol === 'tcp') return doors
    const first = state.askedCount > UDP_CONCURRENCY_MAX
      || this.#transports.isShared(tcp)
      || (often && this.#mayConnect(tcp, state, nowMs))
    return first ? state.tcpFirst : doors
  }

  /** Of a server that closes after each answer, one try in a while says no more than one each. */
  #mayConnect(tcp: TargetDoor, state: ServerState, nowMs: number): boolean {
    if (this.#transports.isPromising(tcp)) return true
    if (nowMs - state.connectedMs < CHANNEL_IDLE_MS) return false
    state.connectedMs = nowMs
    return true
  }

  #failed(failure: UpstreamError, signal: AbortSignal | null): UpstreamError {
    if (signal?.aborted !== true) {
      this.#parts.counters.add(`upstream_failures_${failure.reason}_total`)
    }
    return failure
  }

  #tell(
    { onHop }: AskOptions, { host }: Target, { protocol, port }: TargetDoor,
    answer: WalkAnswer | undefined, problem: string, tookMs: number,
  ): void {
    if (onHop === null) return
    onHop({ server: formatHostPort({ host, port }), protocol, answer, problem, tookMs })
  }
}

const REQUESTS = {
  udp: 'upstream_requests_udp_total',
  tcp: 'upstream_requests_tcp_total',
  http: 'upstream_requests_http_total',
  https: 'upstream_requests_https_total',
} as const

function refuse(reason: FetchFailure, message: string): Promise<never> {
  return Promise.reject(new UpstreamError(reason, message))
}

/** Codes that say something about the name; the others only say that this server can't tell. */
const USEFUL: ReadonlySet<number> = new Set([
  CODE.success, CODE.handleNotFound, CODE.valuesNotFound, CODE.serviceReferral,
  CODE.prefixReferral,
])

const SILENT: ReadonlySet<FetchFailure> = new Set(['timeout', 'unreachable', 'closed'])

function uselessAnswer(answer: WalkAnswer, target: Target): UpstreamError {
  const outcome = outcomeOf({ ...answer, values: [] })
  const words = outcome.kind === 'failed' ? outcome.message : `answered code ${answer.code}`
  const reason = outcome.kind === 'failed' && outcome.reason === 'busy' ? 'busy' : 'refused'
  return new UpstreamError(reason, `${target.name}: ${words}`)
}

function failureOf(error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error
  if (error instanceof ExchangeError) return new UpstreamError(error.reason, error.message)
  return new UpstreamError('unreachable', `asking failed (${systemCodeOf(error)})`)
}
