import { FewMap } from './few-map.ts'

/** Work that many ask for at once and that is done once for all of them. */
export class SingleFlight<Key extends string, Result> {
  readonly #flights = new FewMap<Key, Promise<Result>>()

  /** Kinds of work under way. */
  get count(): number {
    return this.#flights.size
  }

  /** The work under way for a key, if there is any. */
  get(key: Key): Promise<Result> | undefined {
    return this.#flights.get(key)
  }

  /** Joins the work under way for a key, or starts it. */
  run(key: Key, start: () => Promise<Result>): Promise<Result> {
    const under = this.#flights.get(key)
    if (under !== undefined) return under
    const flight = start()
    this.#flights.set(key, flight)
    const land = (): void => { this.#flights.delete(key) }
    // Before anyone who joins hears of it: who asks next starts anew.
    flight.then(land, land)
    return flight
  }
}
