/** One way to get something; it should give up when the signal says so. */
export type Attempt<T> = (signal: AbortSignal) => Promise<T>

/**
 * Starts one attempt after another, each when the one before is late or has failed, and takes
 * the first that succeeds; the others are told to give up. So a slow server costs a pause and
 * not a timeout, and IPv6 that leads nowhere is overtaken by IPv4 (RFC 8305).
 * @param lateAfterMs how long an attempt may take before the next one is started beside it
 * @throws what the last attempt to fail threw, when all did; the signal's reason when it fires
 */
export async function runStaggered<T>(
  attempts: readonly Attempt<T>[],
  lateAfterMs: (index: number) => number,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted()
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      onAbort = () => { reject(reasonOf(signal)) }
      signal.addEventListener('abort', onAbort, { once: true })
      let started = 0
      let failed = 0
      const startNext = (): void => {
        const attempt = attempts[started]
        if (attempt === undefined || stop.signal.aborted) return
        clearTimeout(timer)
        if (started + 1 < attempts.length) timer = setTimeout(startNext, lateAfterMs(started))
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
    clearTimeout(timer)
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort)
    stop.abort()
  }
}

function reasonOf(signal: AbortSignal): Error {
  return toError(signal.reason)
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
