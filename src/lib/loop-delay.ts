import { monitorEventLoopDelay } from 'node:perf_hooks'

/** How often the loop is asked to be on time. */
const RESOLUTION_MS = 10
const NANOSECONDS_PER_SECOND = 1e9

/** How late this thread's event loop has been, in seconds. */
export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Watches how late this thread's event loop is. */
export class LoopDelayMonitor {
  readonly #histogram: ReturnType<typeof monitorEventLoopDelay>

  constructor() {
    this.#histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    this.#histogram.enable()
  }

  /** The delays since it was last asked. */
  take(): LoopDelay {
    const histogram = this.#histogram
    const late = (nanoseconds: number): number => {
      const seconds = nanoseconds / NANOSECONDS_PER_SECOND
      // What is measured is the time between two wake-ups, the wait between them included.
      return Number.isFinite(seconds) ? Math.max(0, seconds - RESOLUTION_MS / 1000) : 0
    }
    const delay = {
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    }
    histogram.reset()
    return delay
  }

  stop(): void {
    this.#histogram.disable()
  }
}
