import type { CommandResult, Identity } from '../record/command.ts'
import { refuse } from '../record/rules.ts'
import { type ChangeGroup, StoreWriteError } from '../store/store.ts'
import { type Asker, decide, lawOf, type Undecided, type WriteCommand } from './decide.ts'
import { WRITE_BATCH_BYTES, WRITE_BATCH_COMMANDS, WRITE_QUEUE_MAX } from './limits.ts'
import { PendingView } from './record-view.ts'
import type { Registry } from './registry.ts'

/** What became of a command that was handed to the writer. */
export type Written = CommandResult | Undecided

/** What the writer tells whoever measures it. */
export interface WriterGauge {
  /** After each commit: how many commands shared it, and how many wait for the next. */
  readonly onCommit: (commandCount: number, waitingCount: number) => void
}

interface Order {
  readonly command: WriteCommand
  readonly asker: Asker
  readonly settle: (written: Written) => void
}

const BUSY = refuse('busy', 'Too many changes are waiting; try again')
const FAILED = refuse('failed', 'The node could not make this change')

/**
 * The one who changes records on people's behalf. Commands that come in one turn of the event
 * loop, or while the disk was busy with those before, share one transaction and one fsync. Each
 * is decided on the records as the ones before it leave them, and told of after the commit.
 */
export class Writer {
  readonly #registry: Registry
  readonly #serverAdministrators: readonly Identity[]
  readonly #gauge: WriterGauge | null
  #queue: Order[] = []
  #scheduled = false

  constructor(
    registry: Registry,
    serverAdministrators: readonly Identity[],
    gauge: WriterGauge | null = null,
  ) {
    this.#registry = registry
    this.#serverAdministrators = serverAdministrators
    this.#gauge = gauge
  }

  /** Commands that wait for the next transaction. */
  get waitingCount(): number {
    return this.#queue.length
  }

  /** Decides a command and makes its change; settles after the commit and never rejects. */
  submit(command: WriteCommand, asker: Asker): Promise<Written> {
    if (this.#queue.length >= WRITE_QUEUE_MAX) return Promise.resolve(BUSY)
    return new Promise((settle) => {
      this.#queue.push({ command, asker, settle })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#writeBatch()
      if (this.#queue.length > 0) this.#schedule()
    })
  }

  #writeBatch(): void {
    const { decided, groups } = this.#registry.readTogether(() => this.#decideBatch())
    this.#queue = this.#queue.slice(decided.length)
    // A refusal that rests on a change which did not come to be counts for nothing either.
    const failure = this.#commit(groups)
    for (const { order, written } of decided) order.settle(failure ?? written)
    this.#gauge?.onCommit(groups.length, this.#queue.length)
  }

  /** Decides as many of the commands that wait as one transaction takes. */
  #decideBatch(): { decided: { order: Order; written: Written }[]; groups: ChangeGroup[] } {
    const view = new PendingView(this.#registry)
    const law = lawOf(view, this.#registry.clock, this.#serverAdministrators)
    const groups: ChangeGroup[] = []
    const decided: { order: Order; written: Written }[] = []
    let bytes = 0
    while (decided.length < WRITE_BATCH_COMMANDS && bytes < WRITE_BATCH_BYTES) {
      const order = this.#queue[decided.length]
      if (order === undefined) break
      const decision = decideSafely(() => decide(order.command, order.asker, law))
      decided.push({ order, written: decision.kind === 'change' ? decision.result : decision })
      if (decision.kind !== 'change') continue
      for (const change of decision.changes) {
        view.add(change)
        if (change.operation === 'put') bytes += change.block.length
      }
      groups.push({ changes: decision.changes, actor: actorOf(order.asker.identity) })
    }
    return { decided, groups }
  }

  /** @returns why nothing of it was written, if so */
  #commit(groups: readonly ChangeGroup[]): CommandResult | undefined {
    try {
      this.#registry.executeAll(groups)
      return undefined
    } catch (error) {
      if (error instanceof StoreWriteError) return refuse('read-only', error.message)
      return FAILED
    }
  }
}

/** A record that can't be read is an error of ours, and no reason to stop writing others. */
function decideSafely<T>(run: () => T): T | typeof FAILED {
  try {
    return run()
  } catch {
    return FAILED
  }
}

/** How the change log names someone: `300:0.NA/88`. */
function actorOf(identity: Identity | null): string {
  return identity === null ? 'anonymous' : `${identity.index}:${identity.handle}`
}
