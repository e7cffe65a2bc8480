import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { LESSON_COUNT_MAX } from './limits.ts'
import { formatHeaders } from './representation.ts'

const METHOD = 'GET '
/** How Node takes what a socket has read. */
type Listener = ReturnType<Socket['listeners']>[number]

/** Answers what it can from memory. */
interface Hits {
  /**
   * Answers GET of a URL with HTTP/1.1 and no header that matters, on a connection that is kept.
   * @returns whether it was answered; if not, nothing has been done
   */
  answerPlain(url: string, socket: Socket): boolean
}

/**
 * What follows from a request's headers: 'plain', its answer depends on nothing but the path;
 * 'whole', it is over with its head; 'other', there may be a body, or the connection ends.
 */
type Kind = 'plain' | 'whole' | 'other'

/**
 * Reads the requests of clients that keep a connection and ask again and again with the same
 * head but for the path, as nearly all do. What the head means is Node's parser to say, once: a
 * later request with the same bytes around its path means the same, and is answered from memory
 * without being parsed. Anything else Node gets as it came.
 *
 * So no byte is judged here. A head is learnt from a piece that Node was given when the request
 * that came of it is, written out again, the same to the byte: then the piece was that request
 * and no more. It had no body, so once it is answered Node is between two requests, and may be
 * passed by. Once a piece was anything else, the connection is Node's alone.
 *
 * Node's timeouts and limits stay in force, since half a request is given to it like any other,
 * and so is whatever comes from a client that does not read its answers.
 */
export class RepeatReader {
  readonly #hits: Hits
  /** Sockets that are or were read here. */
  readonly #taken = new WeakSet<Socket>()
  #reading: RepeatConnection | null = null
  #closing = false

  constructor(hits: Hits) {
    this.#hits = hits
  }

  /**
   * Reads a connection from now on, which a request has come over that was answered from memory.
   * Others are better left as they are: where Node does not read the socket by itself, what is
   * looked up costs a quarter more.
   */
  take({ socket, rawHeaders }: IncomingMessage): void {
    if (this.#taken.has(socket)) return
    this.#taken.add(socket)
    const [listener, ...others] = socket.listeners('data')
    if (listener === undefined || others.length > 0 || kindOf(rawHeaders) !== 'plain') return
    new RepeatConnection(this, this.#hits, socket, listener).take()
  }

  /** Tells of a request that Node has read, before it is answered. */
  note(request: IncomingMessage, response: ServerResponse): void {
    this.#reading?.note(request, response)
  }

  /** Whose bytes Node reads now; null: nobody's of these. */
  set reading(connection: RepeatConnection | null) {
    this.#reading = connection
  }

  get closing(): boolean {
    return this.#closing
  }

  /** From now on Node gets everything. */
  close(): void {
    this.#closing = true
  }
}

/** One connection, between its socket and Node's parser. */
class RepeatConnection {
  readonly #reader: RepeatReader
  readonly #hits: Hits
  readonly #socket: Socket
  readonly #listener: Listener
  /** What was around the path of a request that may be answered from memory; '' before that. */
  #rest = ''
  #lessonsLeft = LESSON_COUNT_MAX
  #given = ''
  /** The last request that Node was given, once it is known to have been one and no more. */
  #response: ServerResponse | null = null

  constructor(reader: RepeatReader, hits: Hits, socket: Socket, listener: Listener) {
    this.#reader = reader
    this.#hits = hits
    this.#socket = socket
    this.#listener = listener
  }

  take(): void {
    this.#socket.on('data', this.#onData)
    this.#socket.removeListener('data', this.#listener as () => void)
  }

  readonly #onData = (chunk: Buffer): void => {
    const text = chunk.toString('latin1')
    let at = 0
    if (this.#rest !== '' && this.#response?.closed === true) at = this.#answer(text)
    if (at < text.length) this.#give(at === 0 ? chunk : chunk.subarray(at), text.slice(at))
  }

  /** @returns how much of the text was answered */
  #answer(text: string): number {
    let at = 0
    while (text.startsWith(METHOD, at) && this.#isOpen()) {
      const pathAt = at + METHOD.length
      const pathEnd = text.indexOf(' ', pathAt)
      if (!text.startsWith(this.#rest, pathEnd)) break
      if (!this.#hits.answerPlain(text.slice(pathAt, pathEnd), this.#socket)) break
      at = pathEnd + this.#rest.length
    }
    return at
  }

  /** Whether more may be written: Node knows what to do about a client that does not read. */
  #isOpen(): boolean {
    return this.#socket.writable && !this.#socket.writableNeedDrain && !this.#reader.closing
  }

  #give(chunk: Buffer, text: string): void {
    this.#given = text
    this.#response = null
    this.#reader.reading = this
    Reflect.apply(this.#listener, this.#socket, [chunk])
    this.#reader.reading = null
    this.#given = ''
    if (!this.#isWhole()) this.#leave()
  }

  /** Whether what Node was given is known to have been one request and no more. */
  #isWhole(): boolean {
    return this.#response !== null
  }

  note(request: IncomingMessage, response: ServerResponse): void {
    const before = `${METHOD}${request.url}`
    if (this.#rest !== '' && this.#given === before + this.#rest) {
      this.#response = response
      return
    }
    if (this.#lessonsLeft-- <= 0) return
    const { rawHeaders } = request
    const kind = kindOf(rawHeaders)
    const rest = formatRest(rawHeaders)
    if (kind === 'other' || this.#given !== before + rest) return
    this.#response = response
    if (kind === 'plain') this.#rest = rest
  }

  #leave(): void {
    this.#socket.on('data', this.#listener as () => void)
    this.#socket.removeListener('data', this.#onData)
  }
}

/** What stands behind the path of a request with such headers. */
function formatRest(rawHeaders: readonly string[]): string {
  return ` HTTP/1.1\r\n${formatHeaders(rawHeaders)}\r\n`
}

function kindOf(rawHeaders: readonly string[]): Kind {
  let kind: Kind = 'plain'
  for (let i = 0; i < rawHeaders.length; i += 2) {
    switch (rawHeaders[i]?.toLowerCase()) {
      case 'connection':
      case 'proxy-connection':
        if (rawHeaders[i + 1]?.toLowerCase() !== 'keep-alive') return 'other'
        break
      case 'content-length':
      case 'expect':
      case 'transfer-encoding':
      case 'upgrade':
        return 'other'
      case 'authorization':
      case 'if-none-match':
      case 'origin':
        kind = 'whole'
        break
      default:
    }
  }
  return kind
}
