import type { Outcome } from '../record/outcome.ts'
import type { Query } from '../resolver/query.ts'
import type { Resolving } from '../resolver/resolving.ts'
import type { Origin } from '../registry/administration.ts'
import type { AnswerBuffer } from '../wire/response.ts'
import type { NativeAnswerer } from './answer.ts'
import type { Deferral, SlowAnswer, SlowAnswerer } from './slow-answerer.ts'

export interface RecursingAnswererParts {
  readonly answerer: Pick<NativeAnswerer, 'questionOf' | 'questionPassedOn' | 'answerLate'>
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

  answer(message: Buffer, origin: Origin, fate: Deferral): Promise<SlowAnswer> {
    return fate === 'passed-on'
      ? this.#recurse(this.#parts.answerer.questionPassedOn(), message)
      : this.#answerDeferred(message, origin)
  }

  async #recurse(query: Query, message: Buffer): Promise<SlowAnswer> {
    const outcome = await this.#parts.resolver.recurse(query)
    return this.#answerLate(outcome, message)
  }

  async #answerDeferred(message: Buffer, origin: Origin): Promise<SlowAnswer> {
    const { answerer, resolver, office } = this.#parts
    const query = answerer.questionOf(message, 0, message.length)
    const known = query === undefined ? undefined : resolver.lookup(query)
    if (query === undefined || known?.kind === 'restricted') {
      return office === null ? SILENCE : await office.answer(message, origin, 'deferred')
    }
    return this.#answerLate(known ?? await resolver.recurse(query), message)
  }

  #answerLate(outcome: Outcome, message: Buffer): SlowAnswer {
    const { answerer, out } = this.#parts
    out.length = 0
    answerer.answerLate(outcome, message, 0, message.length, out)
    return { messages: [out.take()], next: null }
  }

  async goOn(next: string): Promise<SlowAnswer> {
    const { office } = this.#parts
    return office === null ? SILENCE : await office.goOn(next)
  }
}
