import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Tally } from '../lib/counters.ts'
import type { LatencySampler } from '../lib/latency-sampler.ts'
import { isRefusable, answerBusy } from './busy.ts'
import type { HttpDeps } from './deps.ts'
import { HitPath } from './hit.ts'
import {
  CONNECTION_COUNT_MAX, KEEP_ALIVE_TIMEOUT_MS, REQUEST_TIMEOUT_MS, SPARE_CONNECTION_COUNT,
} from './limits.ts'
import { LoadGuard } from './load-guard.ts'
import { createServer } from './node-http.ts'
import { RepeatReader } from './repeat-reader.ts'
import type { SecureDoor } from './secure-door.ts'
import { SpareConnections } from './spare-connections.ts'

const SERVER_OPTIONS = {
  keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  // A request without a body needs no stream for one; nearly all of ours have none.
  optimizeEmptyRequests: true,
}

/**
 * What stands before the routes and sees each request first: it answers from memory what it can,
 * and refuses what is too much.
 */
export class Front {
  readonly #hits: HitPath
  readonly #repeats: RepeatReader
  readonly #guard: LoadGuard
  readonly #spare: SpareConnections
  readonly #refused: Tally
  readonly #secure: SecureDoor | null
  #closing = false

  constructor(deps: HttpDeps, latency: LatencySampler, secure: SecureDoor | null) {
    this.#hits = new HitPath(deps, latency)
    this.#repeats = new RepeatReader(this.#hits)
    this.#guard = new LoadGuard(deps.clock)
    const dropped = deps.counters.tally('http_refused_connection_total')
    this.#spare = new SpareConnections(CONNECTION_COUNT_MAX, SPARE_CONNECTION_COUNT, dropped)
    this.#refused = deps.counters.tally('http_refused_busy_total')
    this.#secure = secure
  }

  /** Makes the server that fastify listens with. */
  readonly createServer = (routes: RequestListener): Server | TlsServer => {
    const listener: RequestListener = (request, response) => {
      this.#repeats.note(request, response)
      if (this.#isOneTooMany(request)) this.#refuse(response, true)
      // A door that closes tells its clients so: the routes know how.
      else if (!this.#closing && this.#hits.answer(request, response)) this.#repeats.take(request)
      // An answer from memory is never refused: it costs no more than the refusal.
      else if (this.#guard.isBusy() && isRefusable(request)) this.#refuse(response, false)
      else {
        this.#guard.take(response)
        forgetBody(request)
        routes(request, response)
      }
    }
    const server = this.#secure?.createServer(SERVER_OPTIONS, listener)
      ?? createServer(SERVER_OPTIONS, listener)
    this.#spare.watch(server)
    return server
  }

  /** From now on everything goes to the routes. */
  close(): void {
    this.#closing = true
    this.#repeats.close()
  }

  #isOneTooMany(request: IncomingMessage): boolean {
    return this.#spare.has(request) && isRefusable(request)
  }

  #refuse(response: ServerResponse, close: boolean): void {
    this.#refused.add()
    answerBusy(response, close)
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
