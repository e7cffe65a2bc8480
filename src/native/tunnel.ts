import type { Counter } from '../lib/counters.ts'
import type { Origin } from '../registry/administration.ts'
import { ENVELOPE_BYTES } from '../wire/layout.ts'
import { MESSAGE_BYTES_MAX } from '../wire/limits.ts'
import type { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { NativeCounter } from './counters.ts'
import type { Deferrals } from './slow-answerer.ts'

export interface TunnelParts {
  readonly answerer: NativeAnswerer
  readonly deferrals: Deferrals | null
  readonly out: AnswerBuffer
  readonly counters: Counter<NativeCounter>
}

/** A message in, its answer out; undefined for silence. A promise only where it has to wait. */
export type TunnelAnswerer = (
  message: Buffer, origin: Origin,
) => Buffer | undefined | Promise<Buffer | undefined>

/**
 * Whole messages for the HTTP tunnel (§7.3 HTTP tunnel). Of an answer in several messages only
 * the first is given, as its peers expect: a body is one message.
 */
export function createTunnelAnswerer(parts: TunnelParts): TunnelAnswerer {
  const { answerer, deferrals, out, counters } = parts
  return (message, origin) => {
    counters.add('native_tunnel_requests_total')
    const end = Math.min(message.length, ENVELOPE_BYTES + MESSAGE_BYTES_MAX)
    out.length = 0
    const fate = answerer.answer(message, 0, end, out)
    if (fate === 'answered') return out.take()
    if (fate !== 'deferred' && fate !== 'passed-on') return undefined
    counters.add('native_deferred_total')
    const deferred = deferrals?.start(message, 0, end, origin, fate)
    if (deferred === undefined) {
      answerer.answerBusy(message, 0, end, out)
      return out.take()
    }
    return deferred.answer.then(
      ({ messages }) => messages[0],
      () => {
        out.length = 0
        answerer.answerFailed(message, 0, end, out)
        return out.take()
      },
    )
  }
}
