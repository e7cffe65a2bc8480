import { performance } from 'node:perf_hooks'

/** The time, passed to whoever needs it, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Whole seconds since 1970: the unit of the protocol's timestamps. */
  nowSeconds(): number
  /** Milliseconds on a clock that never goes backwards, for measuring durations. */
  elapsedMs(): number
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  nowSeconds: () => Math.floor(Date.now() / 1000),
  elapsedMs: () => performance.now(),
}
