import { BytesError } from '../../lib/bytes.ts'
import { formatHostPort } from '../../lib/host-port.ts'
import { randomRequestId } from '../../lib/random.ts'
import { decodePublicKey, type PublicKey } from '../../record/public-key.ts'
import type { VerifyChallengeBody } from '../../wire/bodies/authentication.ts'
import { CODE, OPCODE } from '../../wire/layout.ts'
import { ExchangeError } from '../exchange.ts'
import { exchangeTcp } from '../native-tcp.ts'
import type { Target } from '../upstream/targets.ts'
import { assertTrusted, readAnswer } from './answer.ts'
import { encodeRequest } from './request.ts'

/**
 * Asks a server whether someone's answer to a challenge is right, as only the home of a secret
 * key can say (§4 Bodies, opcode 201). Where the server's key is known its word must be signed.
 * @returns false also when it has no such identity
 * @throws ExchangeError when it could not be found out
 */
export async function askVerification(
  target: Target, question: VerifyChallengeBody, timeoutMs: number,
): Promise<boolean> {
  const port = target.doors.find(({ protocol }) => protocol === 'tcp')?.port
  if (port === undefined) throw new ExchangeError('unreachable', `${target.name} has no TCP door`)
  const server = { host: target.host, port }
  try {
    const request = encodeRequest({
      opcode: OPCODE.verifyChallenge, flags: ['certify', 'returnDigest'], body: question,
    }, randomRequestId(), 0, null)
    const frame = await exchangeTcp(request.bytes, server, { timeoutMs })
    const answer = readAnswer(frame, null)
    assertTrusted(answer, [request], { session: null, serverKey: keyOf(target) })
    const { responseCode, body } = answer.message
    if (body.kind === 'verified') return body.valid
    if (NOT_THERE.has(responseCode)) return false
    const where = formatHostPort(server)
    throw new ExchangeError('unverified', `${where} can't say (code ${responseCode})`)
  } catch (error) {
    if (!(error instanceof BytesError)) throw error
    throw new ExchangeError('malformed', `the answer can't be trusted: ${error.message}`)
  }
}

/** What peers say of an identity, or of a key, that does not exist. */
const NOT_THERE: ReadonlySet<number> = new Set([CODE.handleNotFound, CODE.valuesNotFound])

function keyOf({ publicKey }: Target): PublicKey | null {
  return publicKey.length === 0 ? null : decodePublicKey(publicKey)
}
