import type { FastifyRequest } from 'fastify'
import type { Administration, Origin, Proof } from '../../registry/administration.ts'
import type { HttpDeps } from '../deps.ts'
import { parseAuthorization } from './authorization.ts'
import { certificateProof } from './certificate.ts'
import { claimsProof, clientNonceOf, type Fields, parseSessionProof } from './session-proof.ts'

/** What the administrative part of the HTTP doors works with. */
export interface AdministrationDeps extends HttpDeps {
  readonly administration: Administration
}

/** What came of looking at who a request says it is from. */
export type ProofReading =
  /** To be believed only by administration. The nonce is for the challenge, if one follows. */
  | { readonly kind: 'proof'; readonly proof: Proof; readonly clientNonce: Buffer | null }
  /** Something secret came over a line that anyone may listen to. */
  | { readonly kind: 'plain-http' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'busy' }

const OWN_SCHEME = /^\s*(basic|handle)\b/i
const NOBODY = { kind: 'proof', proof: { kind: 'none' }, clientNonce: null } as const
const WRONG: ProofReading = { kind: 'wrong' }

/** Whether a request says who it is from and does not ask for what everyone may see. */
export function saysWhoItIsFrom(
  request: FastifyRequest, parameters: URLSearchParams | null,
): boolean {
  const { authorization } = request.headers
  if (authorization === undefined && parameters === null) return false
  if (parameters?.get('publicOnly') === 'true') return false
  return parameters?.has('sessionId') === true || OWN_SCHEME.test(authorization ?? '')
}

/**
 * Reads who a request says it is from (§10.6 Authentication). The fields of the `Handle` header
 * may come as parameters instead.
 */
export async function readProof(
  request: FastifyRequest, parameters: URLSearchParams | null, deps: AdministrationDeps,
): Promise<ProofReading> {
  const authorization = parseAuthorization(request.headers.authorization)
  const secure = request.protocol === 'https'
  switch (authorization.kind) {
    case 'none': {
      const fields = fieldsOf(parameters)
      if (!fields.has('sessionid') || secure) return readFields(request, fields, deps)
      return { kind: 'plain-http' }
    }
    case 'other':
      return NOBODY
    case 'malformed':
      return secure ? WRONG : { kind: 'plain-http' }
    case 'basic': {
      if (!secure) return { kind: 'plain-http' }
      const { identity, secret } = authorization
      return { kind: 'proof', proof: { kind: 'secret', identity, secret }, clientNonce: null }
    }
    case 'handle': {
      if (!secure) return { kind: 'plain-http' }
      const { fields } = authorization
      if (fields.get('clientcert')?.toLowerCase() !== 'true') {
        return readFields(request, fields, deps)
      }
      const proof = certificateProof(request, deps.clock)
      return proof === undefined ? WRONG : { kind: 'proof', proof, clientNonce: null }
    }
  }
}

/**
 * Parameters by name, in lower case, as the header's fields are; the first of a name counts. That
 * a certificate is to be taken only the header can say: a page of another site can make a browser
 * send parameters with its owner's certificate, and would have that page's session proven.
 */
export function fieldsOf(parameters: URLSearchParams | null): Fields {
  const fields = new Map<string, string>()
  for (const [name, value] of parameters ?? []) {
    const key = name.toLowerCase()
    if (!fields.has(key)) fields.set(key, value)
  }
  fields.delete('clientcert')
  return fields
}

/** Where a request came from. */
export function originOf(request: FastifyRequest): Origin {
  const transport = request.protocol === 'https' ? 'https' : 'http'
  return { transport, address: request.ip }
}

/** A session that was proven before, or one that is proven in passing. */
async function readFields(
  request: FastifyRequest, fields: Fields, deps: AdministrationDeps,
): Promise<ProofReading> {
  const sessionId = fields.get('sessionid')
  const clientNonce = clientNonceOf(fields)
  if (sessionId === undefined) return { kind: 'proof', proof: { kind: 'none' }, clientNonce }
  const session = { kind: 'proof', proof: { kind: 'session', sessionId }, clientNonce } as const
  if (!claimsProof(fields)) return session
  const proof = parseSessionProof(fields)
  if (proof === undefined) return WRONG
  const { kind } = await deps.administration.proveSession(sessionId, proof, originOf(request))
  if (kind === 'session') return session
  // The nonce that was answered is gone with its session: a challenge gives a new one.
  if (kind === 'unknown-session') return { ...NOBODY, clientNonce }
  return kind === 'busy' ? { kind: 'busy' } : WRONG
}
