/**
 * A map that is nearly always empty or has one entry, which it keeps beside the others: a `Map`
 * that an entry comes to and goes from makes itself anew every few times, and makes each text
 * that it is asked for one of V8's own strings first.
 */
export class FewMap<Key extends string | number, Value extends object> {
  #key: Key | undefined
  #value: Value | undefined
  readonly #others = new Map<Key, Value>()

  get size(): number {
    return this.#others.size + (this.#key === undefined ? 0 : 1)
  }

  get(key: Key): Value | undefined {
    if (key === this.#key) return this.#value
    return this.#others.size === 0 ? undefined : this.#others.get(key)
  }

  set(key: Key, value: Value): void {
    const free = this.#key === undefined && (this.#others.size === 0 || !this.#others.has(key))
    if (!free && key !== this.#key) {
      this.#others.set(key, value)
      return
    }
    this.#key = key
    this.#value = value
  }

  delete(key: Key): void {
    if (key !== this.#key) {
      if (this.#others.size > 0) this.#others.delete(key)
      return
    }
    this.#key = undefined
    this.#value = undefined
  }

  /** In no order. */
  values(): Value[] {
    const others = [...this.#others.values()]
    return this.#key === undefined || this.#value === undefined ? others : [this.#value, ...others]
  }

  clear(): void {
    this.#key = undefined
    this.#value = undefined
    this.#others.clear()
  }
}
