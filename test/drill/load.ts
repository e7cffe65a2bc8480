import { setTimeout as pause } from 'node:timers/promises'

const TICK_MS = 10
/** What a busy machine made late is made up for as far as this. */
const BEHIND_MS_MAX = 500
/** Questions without an answer: beyond it something has broken that no figure will show. */
const UNFINISHED_MAX = 50_000

/** Does something so many times a second, whatever becomes of it, until it is told to stop. */
export class Load {
  readonly #perSecond: number
  readonly #act: () => Promise<void>
  #unfinishedCount = 0
  #startedCount = 0
  #stopping = false
  #ended: Promise<void> | null = null

  constructor(perSecond: number, act: () => Promise<void>) {
    this.#perSecond = perSecond
    this.#act = act
  }

  get startedCount(): number {
    return this.#startedCount
  }

  start(): void {
    this.#ended = this.#run()
  }

  /** Settles once all that was begun has come to its end. @throws what an action threw */
  async stop(): Promise<void> {
    this.#stopping = true
    await this.#ended
    while (this.#unfinishedCount > 0) await pause(TICK_MS)
  }

  async #run(): Promise<void> {
    let lastMs = performance.now()
    let due = 0
    while (!this.#stopping) {
      const nowMs = performance.now()
      due += ((nowMs - lastMs) * this.#perSecond) / 1000
      due = Math.min(due, (BEHIND_MS_MAX * this.#perSecond) / 1000)
      lastMs = nowMs
      for (; due >= 1; due--) {
        if (this.#unfinishedCount >= UNFINISHED_MAX) throw new Error('answers stay away')
        this.#startedCount++
        this.#unfinishedCount++
        void this.#act().finally(() => { this.#unfinishedCount-- })
      }
      await pause(TICK_MS)
    }
  }
}
