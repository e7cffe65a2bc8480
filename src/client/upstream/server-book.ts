import { SERVER_COUNT_MAX } from '../limits.ts'
import { Breaker } from './breaker.ts'
import { Pace } from './pace.ts'
import { ResponseTimes } from './response-times.ts'
import type { Target, TargetDoor } from './targets.ts'

/** What is known of one server from asking it. */
export interface ServerState {
  readonly times: ResponseTimes
  readonly breaker: Breaker
  /** Questions under way. */
  askedCount: number
  readonly pace: Pace
  /** Its doors with that for TCP before all others. */
  readonly tcpFirst: readonly TargetDoor[]
  /** When a TCP connection was last begun only because it is asked often. */
  connectedMs: number
}

/** A server never measured is taken for a quick one, so that it gets its chance. */
const UNKNOWN_MS = 1

/** What was learnt of the servers that were asked; those not asked for longest are forgotten. */
export class ServerBook {
  readonly #states = new Map<string, ServerState>()

  stateOf(target: Target): ServerState {
    const known = this.#states.get(target.key)
    if (known !== undefined) return known
    if (this.#states.size >= SERVER_COUNT_MAX) this.#forgetOldest()
    const state = {
      times: new ResponseTimes(), breaker: new Breaker(), askedCount: 0,
      pace: new Pace(), tcpFirst: tcpFirstOf(target), connectedMs: Number.NEGATIVE_INFINITY,
    }
    this.#states.set(target.key, state)
    return state
  }

  /** The quickest first, as they were given where nothing is known; failing servers last. */
  rank(targets: readonly Target[], nowMs: number): Target[] {
    if (targets.length < 2) return [...targets]
    return targets
      .map((target) => ({ target, cost: this.#costOf(target, nowMs) }))
      .sort((a, b) => a.cost - b.cost)
      .map(({ target }) => target)
  }

  #costOf(target: Target, nowMs: number): number {
    const { breaker, times } = this.stateOf(target)
    return breaker.isClosed() ? times.smoothedMs(nowMs) ?? UNKNOWN_MS : Number.MAX_SAFE_INTEGER
  }

  #forgetOldest(): void {
    for (const [key, state] of this.#states) {
      if (state.askedCount > 0) continue
      this.#states.delete(key)
      return
    }
  }
}

function tcpFirstOf({ doors }: Target): TargetDoor[] {
  const isTcp = ({ protocol }: TargetDoor): boolean => protocol === 'tcp'
  return [...doors.filter(isTcp), ...doors.filter((door) => !isTcp(door))]
}
