/** Counts of something by address, each beginning anew after a while; bounded in number. */
export class AddressCounts {
  readonly #countMax: number
  readonly #addressMax: number
  readonly #windowMs: number
  readonly #counts = new Map<string, { since: number; count: number }>()

  /**
   * @param countMax how many each address has in `windowMs`
   * @param addressMax how many addresses are remembered; the oldest go first
   */
  constructor(countMax: number, windowMs: number, addressMax: number) {
    this.#countMax = countMax
    this.#windowMs = windowMs
    this.#addressMax = addressMax
  }

  /** Seconds until the address may try again; 0 when it may now. */
  waitSeconds(address: string, nowMs: number): number {
    const entry = this.#counts.get(address)
    if (entry === undefined || entry.count < this.#countMax) return 0
    const restMs = entry.since + this.#windowMs - nowMs
    return restMs <= 0 ? 0 : Math.ceil(restMs / 1000)
  }

  add(address: string, nowMs: number): void {
    const entry = this.#counts.get(address)
    if (entry !== undefined && nowMs < entry.since + this.#windowMs) {
      entry.count++
      return
    }
    this.#counts.delete(address)
    this.#counts.set(address, { since: nowMs, count: 1 })
    const oldest = this.#counts.keys().next().value
    if (this.#counts.size > this.#addressMax && oldest !== undefined) this.#counts.delete(oldest)
  }
}
