import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

/**
 * What a TLS connection trusts: the system's certificates and one more. The plain option takes the
 * system's away. Costs a tenth of a second, so it is made once for all connections.
 * @param ca PEM
 */
export function createTrust(ca: string): SecureContext {
  return createSecureContext({ ca: [...getCACertificates('default'), ca] })
}
