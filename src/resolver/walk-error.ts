import { UpstreamError } from '../client/upstream/upstream.ts'
import type { Failed, FailureReason } from '../record/outcome.ts'

/** The walk could not find out. */
export class WalkError extends Error {
  readonly reason: FailureReason

  constructor(reason: FailureReason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** What it means for a walk that nobody who was asked gave an answer. */
export function walkErrorOf(error: unknown): unknown {
  return error instanceof UpstreamError
    ? new WalkError(error.reason === 'timeout' ? 'deadline' : 'upstream', error.message)
    : error
}

/** What it means for a walk that a record on its way was not to be had. */
export function walkErrorOfFailure({ reason }: Failed): WalkError {
  return new WalkError(reason, 'a record on the way could not be found out')
}
