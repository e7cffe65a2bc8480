import { createRandom } from '../../bench/requests.ts'
import { identifierOf } from '../../deploy/demo/register.ts'
import type { EnterprisePlan } from '../../deploy/demo/topology.ts'
import type { Fetched } from '../../src/client/outcome.ts'
import type { Identifier } from '../../src/identifier/identifier.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'

/** Names of each enterprise that are asked for all the time, and all that it has. */
const HOT_COUNT = 20
/** Of the questions: for hot names, and for names that nobody has. The rest is for any name. */
const HOT_SHARE = 0.5
const ABSENT_SHARE = 0.05

/** What is asked for, and what the right answer is. */
export interface Wanted {
  readonly identifier: Identifier
  readonly enterprise: EnterprisePlan
  /** Null when there is no such name. */
  readonly url: string | null
}

/** Draws names of some enterprises: a few often, all now and then, and names that nobody has. */
export class DrillNames {
  readonly #enterprises: readonly EnterprisePlan[]
  readonly #countEach: number
  readonly #random = createRandom(4)
  #absentCount = 0

  constructor(enterprises: readonly EnterprisePlan[], countEach: number) {
    this.#enterprises = enterprises
    this.#countEach = countEach
  }

  draw(): Wanted {
    const enterprise = this.#enterprises[this.#below(this.#enterprises.length)]
    if (enterprise === undefined) throw new Error('there is no enterprise')
    const share = this.#random()
    if (share < ABSENT_SHARE) {
      const identifier = identifierOf(`${enterprise.prefix}/NONE-${++this.#absentCount}`)
      return { identifier, enterprise, url: null }
    }
    const hot = share < ABSENT_SHARE + HOT_SHARE
    return productOf(enterprise, this.#below(hot ? HOT_COUNT : this.#countEach))
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count)
  }
}

/** One product of an enterprise. */
export function productOf(enterprise: EnterprisePlan, number: number): Wanted {
  const identifier = identifierOf(`${enterprise.prefix}/D${number}`)
  return { identifier, enterprise, url: `https://drill.example.cn/${identifier}` }
}

/** What a product is registered with. */
export function valuesOf({ url }: Wanted, ttlSeconds: number): HandleValue[] {
  return [createValue(1, 'URL', url ?? '', { ttl: ttlSeconds })]
}

/**
 * What an answer is worth: `failed` says that nothing could be found out, `wrong` is all that
 * says something else than what was registered.
 */
export function judge({ url }: Wanted, fetched: Fetched | null): 'right' | 'failed' | 'wrong' {
  if (fetched === null) return 'failed'
  switch (fetched.kind) {
    case 'failed':
      return fetched.reason === 'malformed' ? 'wrong' : 'failed'
    case 'absent':
      return url === null ? 'right' : 'wrong'
    case 'found': {
      const [value, ...others] = fetched.values
      const same = value?.data.toString('utf8') === url && others.length === 0
      return same ? 'right' : 'wrong'
    }
    default:
      return 'wrong'
  }
}
