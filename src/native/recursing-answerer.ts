import type { Resolving } from '../resolver/resolving.ts'
import type { Origin } from '../registry/administration.ts'
import type { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { SlowAnswer, SlowAnswerer } from './slow-answerer.ts'

export interface RecursingAnswererParts {
  readonly answerer: Pick<NativeAnswerer, 'questionOf' | 'answerLate'>
  readonly resolver: Resolving
  /** Who answers what is deferred for another reason; null for nobody. */
  readonly office: SlowAnswerer | null
  readonly out: AnswerBuffer
}

const SILENCE: SlowAnswer = { messages: [], next: null }

/**
 * Answers the resolutions for which other nodes have to be asked, in the thread that took them:
 * what they say is remembered there. Everything else that is deferred goes on to the office.
 */
export class RecursingAnswerer implements SlowAnswerer {
  readonly #parts: RecursingAnswererParts

  constructor(parts: RecursingAnswererParts) {
    this.#parts = parts
  }

  async answer(message: Buffer, origin: Origin): Promise<SlowAnswer> {
    const { answerer, resolver, office, out } = this.#parts
    const query = answerer.questionOf(message, 0, message.length)
    const known = query === undefined ? undefined : resolver.lookup(query)
    if (query === undefined || known?.kind === 'restricted') {
      return office === null ? SILENCE : await office.answer(message, origin)
    }
    const outcome = known ?? await resolver.recurse(query)
    out.length = 0
    answerer.answerLate(outcome, message, 0, message.length, out)
    return { messages: [out.take()], next: null }
  }

  async goOn(next: string): Promise<SlowAnswer> {
    const { office } = this.#parts
    return office === null ? SILENCE : await office.goOn(next)
  }
}
