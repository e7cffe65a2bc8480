import type { BlockList } from 'node:net'
import { isIPv6 } from 'node:net'
import {
  ALLOWANCE_BURST_BYTES,
  ALLOWANCE_BYTES_PER_SECOND,
  ALLOWANCE_RATIO,
  ALLOWANCE_SLOT_COUNT,
  ALLOWANCE_TRICKLE_BYTES_PER_SECOND,
} from './limits.ts'
import { hashNetwork } from './networks.ts'

/**
 * How much UDP may send to networks whose senders have proved nothing: whoever forges a sender's
 * address would otherwise have this node flood it. A network earns bytes by what it sends, up to
 * a rate, and a trickle as time goes by; what exceeds that is met with silence, and its sender
 * asks again, or over TCP.
 *
 * The table is bounded: two networks may share a place in it, and then share an allowance.
 */
export class ReplyAllowance {
  readonly #trusted: BlockList
  readonly #seed: number
  /** Bytes sent and not yet earned; 0 is also what a network begins with. */
  readonly #owed = new Float64Array(ALLOWANCE_SLOT_COUNT)
  readonly #askedMs = new Float64Array(ALLOWANCE_SLOT_COUNT)
  /** The last address that was found to be trusted: those who ask much ask again. */
  #trustedAddress = ''

  /** @param trusted networks that are not limited */
  constructor(trusted: BlockList, seed: number) {
    this.#trusted = trusted
    this.#seed = seed
  }

  /** Whether an answer of `answerBytes` to `requestBytes` may leave; then it is accounted for. */
  take(address: string, requestBytes: number, answerBytes: number, nowMs: number): boolean {
    // Whoever asks much asks again and again.
    if (address === this.#trustedAddress) return true
    const slot = hashNetwork(address, this.#seed) & (ALLOWANCE_SLOT_COUNT - 1)
    const seconds = (nowMs - (this.#askedMs[slot] ?? 0)) / 1000
    const earned = Math.min(
      seconds * ALLOWANCE_BYTES_PER_SECOND,
      requestBytes * ALLOWANCE_RATIO + seconds * ALLOWANCE_TRICKLE_BYTES_PER_SECOND,
    )
    const owed = Math.max(0, (this.#owed[slot] ?? 0) - earned)
    this.#askedMs[slot] = nowMs
    const enough = owed + answerBytes <= ALLOWANCE_BURST_BYTES
    this.#owed[slot] = enough ? owed + answerBytes : owed
    return enough || this.#isTrusted(address)
  }

  #isTrusted(address: string): boolean {
    if (!this.#trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return false
    this.#trustedAddress = address
    return true
  }
}
