import { fnv1a } from '../lib/fnv.ts'

/**
 * A fixed set of prefixes that is asked for pieces of names. A `Set` would look each piece up
 * among all strings that V8 knows first, and add it to them, which costs more than all else.
 */
export class PrefixSet {
  /** Prefixes by their hash; nearly always one. */
  readonly #prefixes = new Map<number, string[]>()

  /** @param prefixes folded */
  constructor(prefixes: Iterable<string>) {
    for (const prefix of prefixes) {
      const hash = fnv1a(prefix)
      const same = this.#prefixes.get(hash)
      if (same === undefined) this.#prefixes.set(hash, [prefix])
      else same.push(prefix)
    }
  }

  get isEmpty(): boolean {
    return this.#prefixes.size === 0
  }

  /** @param prefix folded */
  has(prefix: string): boolean {
    if (this.isEmpty) return false
    return this.#prefixes.get(fnv1a(prefix))?.includes(prefix) === true
  }
}
