import { LRUCache } from 'lru-cache'

/** Something ready to send, and how much memory it takes. */
export interface Sized {
  readonly bytes: number
}

/** Bytes that one entry takes beside what it says itself: map slots, objects. Measured, rounded. */
const ENTRY_OVERHEAD_BYTES = 700

/**
 * Answers of a text protocol, ready to send, by the text that asks for them; bounded in bytes,
 * the least recently used go first. Whether one still holds is for the reader to find out.
 */
export class ReplyCache<Reply extends Sized> {
  readonly #entries: LRUCache<string, Reply>

  /** @param bytesMax more than 0 */
  constructor(bytesMax: number) {
    this.#entries = new LRUCache<string, Reply>({
      maxSize: bytesMax,
      // One answer may not push out all others.
      maxEntrySize: Math.ceil(bytesMax / 8),
      sizeCalculation: (reply, question) => ENTRY_OVERHEAD_BYTES + question.length + reply.bytes,
    })
  }

  get(question: string): Reply | undefined {
    return this.#entries.get(question)
  }

  set(question: string, reply: Reply): void {
    this.#entries.set(question, reply)
  }

  delete(question: string): void {
    this.#entries.delete(question)
  }

  get bytes(): number {
    return this.#entries.calculatedSize
  }

  get count(): number {
    return this.#entries.size
  }
}
