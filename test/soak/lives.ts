/** A record goes through so many versions; the last of them is that it is gone. */
const VERSIONS_PER_LIFE = 8

/**
 * What is known of records that are made, changed and deleted on and on: which of their versions
 * an answer may show. Version 0 is that there is no record yet.
 */
export class Lives {
  readonly #begun: Int32Array
  readonly #acknowledged: Int32Array

  constructor(count: number) {
    this.#begun = new Int32Array(count)
    this.#acknowledged = new Int32Array(count)
  }

  /** The version that the next write makes. */
  begin(number: number): number {
    return (this.#begun[number] = (this.#begun[number] ?? 0) + 1)
  }

  acknowledge(number: number, version: number): void {
    this.#acknowledged[number] = version
  }

  /** Whether a version is that there is no record. */
  isGone(version: number): boolean {
    return version % VERSIONS_PER_LIFE === 0
  }

  /** The version that was acknowledged last; taken before a question is sent. */
  floorOf(number: number): number {
    return this.#acknowledged[number] ?? 0
  }

  /**
   * What is wrong with an answer.
   * @param floor from before it was asked for
   * @param text of the answer: it says `version N.`, or nothing like that where there is no record
   */
  check(number: number, floor: number, text: string): string | undefined {
    const begun = this.#begun[number] ?? 0
    const shown = /version (\d+)\./.exec(text)?.[1]
    const version = shown === undefined ? this.#lastGone(begun) : Number(shown)
    if (version >= floor && version <= begun) return undefined
    const what = shown === undefined ? 'no record' : `version ${shown}`
    return `${what} after ${floor} was acknowledged`
  }

  /** The latest version up to one that is no record. */
  #lastGone(version: number): number {
    return version - (version % VERSIONS_PER_LIFE)
  }
}
