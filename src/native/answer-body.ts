import { randomNonce } from '../lib/random.ts'
import type { FailureReason, Found, Outcome } from '../record/outcome.ts'
import { encodeErrorText } from '../wire/response.ts'

const NO_TEXT = encodeErrorText('')
const NOT_HOMED_TEXT = encodeErrorText("That prefix doesn't live here")
const FAILURE_TEXTS: Readonly<Record<FailureReason, Buffer>> = {
  store: encodeErrorText('The node could not read its records'),
  busy: encodeErrorText('The node is too busy'),
  upstream: encodeErrorText('The nodes that answer for this identifier could not be asked'),
  deadline: encodeErrorText('The nodes that answer for this identifier did not answer in time'),
  recursion: encodeErrorText('The question was passed on by too many nodes'),
}
const NONCE_BYTES = 16

/** The body of an answer that carries no values (§4 Bodies). */
export function bodyOf(outcome: Exclude<Outcome, Found>): Buffer {
  switch (outcome.kind) {
    case 'absent':
    case 'no-values':
      return NO_TEXT
    case 'not-homed':
      return NOT_HOMED_TEXT
    case 'failed':
      return FAILURE_TEXTS[outcome.reason]
    case 'restricted':
      // A challenge: the nonce that an administrator's answer would have to cover.
      return outcome.readableBy === 'nobody' ? NO_TEXT : challengeNonce()
    // The handle; the values follow it as they are.
    case 'referral':
      return outcome.handle === '' ? NO_TEXT : encodeErrorText(outcome.handle)
  }
}

function challengeNonce(): Buffer {
  const nonce = randomNonce(NONCE_BYTES)
  const body = Buffer.allocUnsafe(4 + NONCE_BYTES)
  body.writeInt32BE(NONCE_BYTES, 0)
  nonce.copy(body, 4)
  return body
}
