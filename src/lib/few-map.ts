/** As many entries are looked through one by one sooner than a `Map` finds one. */
const FEW = 4

/**
 * A map that nearly always has few entries, which come and go. A `Map` would make itself anew
 * every few times, and make each text that it is asked for one of V8's own strings first.
 */
export class FewMap<Key extends string | number, Value extends object> {
  readonly #keys: Key[] = []
  readonly #values: Value[] = []
  /** Those beyond the few. */
  readonly #others = new Map<Key, Value>()

  get size(): number {
    return this.#keys.length + this.#others.size
  }

  get(key: Key): Value | undefined {
    const at = this.#keys.indexOf(key)
    if (at >= 0) return this.#values[at]
    return this.#others.size === 0 ? undefined : this.#others.get(key)
  }

  set(key: Key, value: Value): void {
    const at = this.#keys.indexOf(key)
    if (at >= 0) {
      this.#values[at] = value
    } else if (this.#keys.length >= FEW || (this.#others.size > 0 && this.#others.has(key))) {
      this.#others.set(key, value)
    } else {
      this.#keys.push(key)
      this.#values.push(value)
    }
  }

  delete(key: Key): void {
    const at = this.#keys.indexOf(key)
    if (at < 0) {
      if (this.#others.size > 0) this.#others.delete(key)
      return
    }
    const lastKey = this.#keys.pop()
    const lastValue = this.#values.pop()
    if (at === this.#keys.length || lastKey === undefined || lastValue === undefined) return
    this.#keys[at] = lastKey
    this.#values[at] = lastValue
  }

  /** In no order. */
  values(): Value[] {
    return [...this.#values, ...this.#others.values()]
  }

  clear(): void {
    this.#keys.length = 0
    this.#values.length = 0
    this.#others.clear()
  }
}
