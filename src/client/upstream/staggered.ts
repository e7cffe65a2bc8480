/** One way to get something; it should give up when the signal says so. */
export type Attempt<T> = (signal: AbortSignal) => Promise<T>

/** None of the attempts has succeeded in time. */
export class OverdueError extends Error {
  override readonly name = 'OverdueError'
}

/** Why an attempt is to give up; one for all, since making an error costs more than asking. */
const NOT_NEEDED = new Error('not needed any more')

/**
 * Starts one attempt after another, each when the one before is late or has failed, and takes
 * the first that succeeds; the others are told to give up. So a slow server costs a pause and
 * not a timeout, and IPv6 that leads nowhere is overtaken by IPv4 (RFC 8305).
 * @param lateAfterMs how long an attempt may take before the next one is started beside it
 * @param withinMs how long all of it may take
 * @throws what the last attempt to fail threw, when all did; OverdueError
 */
export async function runStaggered<T>(
  attempts: readonly Attempt<T>[],
  lateAfterMs: (index: number) => number,
  withinMs: number,
): Promise<T> {
  const stop = new AbortController()
  let lateTimer: NodeJS.Timeout | undefined
  let deadlineTimer: NodeJS.Timeout | undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      deadlineTimer = setTimeout(() => { reject(new OverdueError('no success in time')) }, withinMs)
      let started = 0
      let failed = 0
      const startNext = (): void => {
        const attempt = attempts[started]
        if (attempt === undefined || stop.signal.aborted) return
        clearTimeout(lateTimer)
        if (started + 1 < attempts.length) lateTimer = setTimeout(startNext, lateAfterMs(started))
        started++
        attempt(stop.signal).then(resolve, (error: unknown) => {
          failed++
          if (failed === attempts.length) reject(toError(error))
          else if (failed === started) startNext()
        })
      }
      if (attempts.length === 0) reject(new Error('nothing to attempt'))
      startNext()
    })
  } finally {
    clearTimeout(lateTimer)
    clearTimeout(deadlineTimer)
    stop.abort(NOT_NEEDED)
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
