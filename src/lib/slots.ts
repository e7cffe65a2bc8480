/** A fixed number of places; who finds none waits for one, first come, first served. */
export class Slots {
  #free: number
  readonly #waiting = new Set<() => void>()

  constructor(count: number) {
    this.#free = count
  }

  get waitingCount(): number {
    return this.#waiting.size
  }

  /** Takes a place if one is free. @returns whether */
  tryTake(): boolean {
    if (this.#free === 0) return false
    this.#free--
    return true
  }

  /** Takes a place, now or later. @throws the signal's reason when it fires first */
  async take(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.tryTake()) return
    let onAbort: (() => void) | undefined
    let onFree: (() => void) | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        onFree = resolve
        onAbort = () => {
          const reason: unknown = signal.reason
          reject(reason instanceof Error ? reason : new Error('aborted'))
        }
        this.#waiting.add(onFree)
        signal.addEventListener('abort', onAbort, { once: true })
      })
    } finally {
      if (onFree !== undefined) this.#waiting.delete(onFree)
      if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    }
  }

  /** Gives a place back: to who waits longest, if anybody does. */
  give(): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next)
      next()
      return
    }
    this.#free++
  }
}
