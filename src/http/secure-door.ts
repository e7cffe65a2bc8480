import type { RequestListener, ServerOptions } from 'node:http'
import { createServer, type Server } from 'node:https'
import { REQUEST_TIMEOUT_MS } from './limits.ts'

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

  /** Makes a server that speaks TLS, with the options of the plain one. */
  createServer(options: ServerOptions, handler: RequestListener): Server {
    const server = createServer({
      ...options,
      ...this.#pair,
      minVersion: 'TLSv1.2',
      // A client certificate is asked for and not required. Nobody vouches for it: what counts
      // is that the peer holds its key, and that the key is the one in an HS_PUBKEY value.
      requestCert: true,
      rejectUnauthorized: false,
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
