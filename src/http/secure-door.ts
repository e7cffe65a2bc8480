import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import { KEEP_ALIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './limits.ts'

/** A certificate and its private key, in PEM form. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

/** The TLS side of the HTTPS door; its certificate can be replaced while it listens. */
export class SecureDoor {
  #pair: CertificatePair
  readonly #servers: Server[] = []

  constructor(pair: CertificatePair) {
    this.#pair = pair
  }

  /** Makes the server that fastify listens with. */
  readonly createServer = (handler: RequestListener): Server => {
    const server = createServer({
      ...this.#pair,
      minVersion: 'TLSv1.2',
      // A client certificate is asked for and not required. Nobody vouches for it: what counts
      // is that the peer holds its key, and that the key is the one in an HS_PUBKEY value.
      requestCert: true,
      rejectUnauthorized: false,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      handshakeTimeout: REQUEST_TIMEOUT_MS,
    }, handler)
    this.#servers.push(server)
    return server
  }

  /** Shows another certificate to those who connect from now on. */
  replace(pair: CertificatePair): void {
    this.#pair = pair
    for (const server of this.#servers) server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' })
  }
}
