import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { HitPath } from './hit.ts'
import { KEEP_ALIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS } from './limits.ts'
import type { SecureDoor } from './secure-door.ts'

/** What stands before the routes: it sees each request first. */
export class Front {
  readonly #hits: HitPath
  readonly #secure: SecureDoor | null
  #closing = false

  constructor(hits: HitPath, secure: SecureDoor | null) {
    this.#hits = hits
    this.#secure = secure
  }

  /** Makes the server that fastify listens with. @param routes takes what the front leaves */
  readonly createServer = (routes: RequestListener): Server | TlsServer => {
    const listener: RequestListener = (request, response) => {
      // A door that closes tells its clients so: the routes know how.
      if (!this.#closing && this.#hits.answer(request, response)) return
      forgetBody(request)
      routes(request, response)
    }
    return this.#secure?.createServer(listener) ?? createServer({
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // A request without a body needs no stream for one; nearly all of ours have none.
      optimizeEmptyRequests: true,
    }, listener)
  }

  /** From now on everything goes to the routes. */
  close(): void {
    this.#closing = true
  }
}

/**
 * Some clients name a content type and send nothing, such as with a DELETE. Whoever waits for
 * that body waits for ever: a request without one has no stream that could end.
 */
function forgetBody(request: IncomingMessage): void {
  const { headers } = request
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return
  delete headers['content-type']
}
