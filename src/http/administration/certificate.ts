import { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import type { Clock } from '../../lib/clock.ts'
import type { CertificateProof } from '../../registry/administration.ts'
import { parseIdentity } from './authorization.ts'

/**
 * The proof in a client's TLS certificate (§10.6 Authentication): the subject's UID, or else its
 * CN, is `index:handle`. That the peer holds the key, TLS has made sure of; whether the key is
 * that identity's, administration finds out.
 * @returns undefined when there is none, or it is not valid at this time
 */
export function certificateProof(
  request: FastifyRequest, clock: Clock,
): CertificateProof | undefined {
  const { socket } = request.raw
  if (!(socket instanceof TLSSocket)) return undefined
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) return undefined
  const nowMs = clock.nowMs()
  const { validFromDate, validToDate } = certificate
  if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime()) return undefined
  const { UID: uid, CN: commonName } = subjectOf(certificate.toLegacyObject().subject)
  const identity = parseIdentity(uid ?? commonName ?? '')
  if (identity === undefined) return undefined
  const publicKey = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return { kind: 'certificate', identity, publicKey }
}

/** A name given twice is a list, and says nothing that could be relied on. */
function subjectOf(subject: unknown): { UID?: string; CN?: string } {
  if (typeof subject !== 'object' || subject === null) return {}
  const entries = Object.entries(subject).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(entries)
}
