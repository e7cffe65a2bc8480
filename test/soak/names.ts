import { createRandom } from '../../bench/requests.ts'

export const PREFIX = '88.118.8'
export const NAME_COUNT = 20_000
const ABSENT_SHARE = 0.02

export const nameOf = (number: number): string => `${PREFIX}/S${number}`

/** Draws names as they are asked for in life: the n-th most popular 1/n as often as the first. */
export class ZipfNames {
  readonly #random: () => number
  readonly #shares: Float64Array

  constructor(seed: number) {
    this.#random = createRandom(seed)
    let sum = 0
    this.#shares = Float64Array.from({ length: NAME_COUNT }, (_unused, i) => (sum += 1 / (i + 1)))
    for (let i = 0; i < NAME_COUNT; i++) this.#shares[i] = (this.#shares[i] ?? 0) / sum
  }

  random(): number {
    return this.#random()
  }

  /** A name's number; now and then one that does not exist, as a negative number. */
  draw(): number {
    if (this.#random() < ABSENT_SHARE) return -1 - Math.floor(this.#random() * NAME_COUNT)
    const share = this.#random()
    let low = 0
    let high = NAME_COUNT - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#shares[middle] ?? 1) < share) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Which versions of each name an answer may show: those between acknowledged and begun. */
export class Versions {
  readonly #begun = new Int32Array(NAME_COUNT)
  readonly #acknowledged = new Int32Array(NAME_COUNT)

  begin(number: number): number {
    return (this.#begun[number] = (this.#begun[number] ?? 0) + 1)
  }

  acknowledge(number: number, version: number): void {
    this.#acknowledged[number] = version
  }

  /** Taken before a question is sent: no answer may be older. */
  floorOf(number: number): number {
    return this.#acknowledged[number] ?? 0
  }

  /** What is wrong with an answer's text; undefined when nothing is. */
  check(number: number, floor: number, text: string): string | undefined {
    const version = Number(/version (\d+)/.exec(text)?.[1])
    if (version >= floor && version <= (this.#begun[number] ?? 0)) return undefined
    return `${nameOf(number)}: should be version ${floor} or later: ${text.slice(0, 200)}`
  }
}
