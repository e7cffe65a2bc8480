import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Tally } from '../lib/counters.ts'
import type { LatencySampler } from '../lib/latency-sampler.ts'
import type { HttpDeps } from './deps.ts'
import { FirstLines } from './first-lines.ts'
import { originHeaders } from './reply.ts'
import { isUnchanged, type RememberedReply } from './representation.ts'

/** The headers of a request that change what it is answered with. */
interface Asked {
  origin: string | undefined
  ifNoneMatch: string | undefined
}

/**
 * Answers a resolution that was answered before from the bytes that were sent then: no routing,
 * no parsing of the query, no look-up. It stands before all routes and takes only what it can
 * answer exactly as they would; the rest goes on to them.
 */
export class HitPath {
  readonly #replies: HttpDeps['replies']
  readonly #resolver: HttpDeps['resolver']
  readonly #latency: LatencySampler
  readonly #requests: Tally
  readonly #found: Tally
  readonly #firstLines: FirstLines
  readonly #asked: Asked = { origin: undefined, ifNoneMatch: undefined }

  constructor(deps: HttpDeps, latency: LatencySampler) {
    this.#replies = deps.replies
    this.#resolver = deps.resolver
    this.#latency = latency
    this.#firstLines = new FirstLines(deps.clock)
    this.#requests = deps.counters.tally('http_api_requests_total')
    this.#found = deps.counters.tally('http_outcomes_found_total')
  }

  /** @returns whether the request was answered; if not, nothing has been done */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const { url = '', method } = request
    const reply = this.#replies.get(url)
    if (reply === undefined || (method !== 'GET' && method !== 'HEAD')) return false
    const asked = this.#asked
    if (!readHeaders(request.rawHeaders, asked)) return false
    const begunMs = this.#latency.begin()
    if (!this.#isTaken(url, reply)) return false
    send(response, reply, asked)
    this.#latency.end(begunMs)
    return true
  }

  /**
   * Answers GET of a URL with HTTP/1.1 and no header that matters, on a connection that is kept.
   * @returns whether it was answered; if not, nothing has been done
   */
  answerPlain(url: string, socket: Socket): boolean {
    const reply = this.#replies.get(url)
    if (reply === undefined) return false
    const begunMs = this.#latency.begin()
    if (!this.#isTaken(url, reply)) return false
    socket.write(this.#firstLines.get() + reply.representation.message, 'latin1')
    this.#latency.end(begunMs)
    return true
  }

  /** Whether a reply still holds; counted as an answer if so, forgotten if not. */
  #isTaken(url: string, reply: RememberedReply): boolean {
    // A change has been acknowledged since: what was true is not sent again.
    if (!this.#resolver.holds(reply.mark)) {
      this.#replies.delete(url)
      return false
    }
    this.#requests.add()
    this.#found.add()
    return true
  }
}

function send(response: ServerResponse, reply: RememberedReply, asked: Asked): void {
  const { etag, headers: usual, unchangedHeaders, body } = reply.representation
  const unchanged = isUnchanged(asked.ifNoneMatch, etag)
  const headers = unchanged ? unchangedHeaders : usual
  const { origin } = asked
  // The type of the library asks for an array that may be changed; it does not change it.
  const all = (origin === undefined ? headers : [...headers, ...originHeaders(origin)]) as string[]
  response.writeHead(unchanged ? 304 : 200, all)
  if (unchanged) response.end()
  else response.end(body, 'latin1')
}

/**
 * Reads the headers that matter.
 * @returns false when one of them leads elsewhere: who asks, a body, an expectation; or when one
 *   came twice, which the routes know how to take
 */
function readHeaders(raw: readonly string[], asked: Asked): boolean {
  asked.origin = undefined
  asked.ifNoneMatch = undefined
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? ''
    switch (name.length) {
      case 6:
        if (isNamed(name, 'origin')) {
          if (asked.origin !== undefined) return false
          asked.origin = raw[i + 1]
        } else if (isNamed(name, 'expect')) return false
        break
      case 13:
        if (isNamed(name, 'if-none-match')) {
          if (asked.ifNoneMatch !== undefined) return false
          asked.ifNoneMatch = raw[i + 1]
        } else if (isNamed(name, 'authorization')) return false
        break
      case 14:
        if (isNamed(name, 'content-length')) return false
        break
      case 17:
        if (isNamed(name, 'transfer-encoding')) return false
        break
    }
  }
  return true
}

function isNamed(given: string, name: string): boolean {
  return given === name || given.toLowerCase() === name
}
