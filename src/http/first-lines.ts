import type { Clock } from '../lib/clock.ts'
import { KEEP_ALIVE_TIMEOUT_MS } from './limits.ts'

const MS_PER_SECOND = 1_000
const KEPT_SECONDS = KEEP_ALIVE_TIMEOUT_MS / MS_PER_SECOND
const KEPT = `Connection: keep-alive\r\nKeep-Alive: timeout=${KEPT_SECONDS}`

/**
 * The lines that Node adds to an answer with values: the same for all of one second, made once
 * in it.
 */
export class FirstLines {
  readonly #clock: Clock
  #second = 0
  #text = ''

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Status, date, and that the connection stays open. */
  get(): string {
    const second = this.#clock.nowSeconds()
    if (second !== this.#second) {
      this.#second = second
      const date = new Date(second * MS_PER_SECOND).toUTCString()
      this.#text = `HTTP/1.1 200 OK\r\nDate: ${date}\r\n${KEPT}\r\n`
    }
    return this.#text
  }
}
