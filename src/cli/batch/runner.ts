import { AdminClient, type AdminClientOptions } from '../../client/admin/admin-client.ts'
import type { Prover } from '../../client/admin/prover.ts'
import { SessionError } from '../../client/admin/session.ts'
import { ExchangeError } from '../../client/exchange.ts'
import { foldAscii } from '../../identifier/identifier.ts'
import { formatHostPort, type HostPort } from '../../lib/host-port.ts'
import { CODE } from '../../wire/layout.ts'
import type { BatchLog, BatchResult } from './log.ts'
import type { BatchCommand, BatchEntry } from './parser.ts'

type CommandEntry = Extract<BatchEntry, { kind: 'command' }>

/** A command under way. */
interface Flight {
  readonly entry: CommandEntry
  readonly key: string
  readonly result: Promise<BatchResult>
}

/** A server that can't be reached: going on would only fail line by line. */
export class BatchStoppedError extends Error {
  override readonly name = 'BatchStoppedError'
}

/** Types of values on which the rights to other records depend. */
const rightTypes: ReadonlySet<string> = new Set(['HS_PUBKEY', 'HS_SECKEY', 'HS_VLIST'])

/**
 * Runs the entries of a batch, many at a time, and logs them in the order of the file. What
 * depends on what stands before it waits for that: commands for the same identifier, and all
 * that changes who may do what.
 */
export class BatchRunner {
  readonly #log: BatchLog
  readonly #inFlightMax: number
  readonly #clients = new Map<string, AdminClient>()
  #options: AdminClientOptions
  #flights: Flight[] = []

  constructor(options: AdminClientOptions, inFlightMax: number, log: BatchLog) {
    this.#options = options
    this.#inFlightMax = inFlightMax
    this.#log = log
  }

  /** @throws BatchStoppedError */
  async run(entry: Exclude<BatchEntry, { kind: 'authenticate' }>): Promise<void> {
    switch (entry.kind) {
      case 'session':
        await this.#change({ session: entry.use })
        return
      case 'invalid':
        await this.settle()
        await this.#log.invalid(entry.line, entry.message, entry.counts)
        return
      case 'command': {
        const key = foldAscii(entry.name)
        const alone = isBarrier(entry.command)
        if (alone) await this.settle()
        while (this.#flights.length >= this.#inFlightMax || this.#isUnderWay(key)) {
          await this.#settleFirst()
        }
        const result = this.#execute(entry)
        // Who waits for it hears of it; until then it is no reason to end.
        result.catch(() => undefined)
        this.#flights.push({ entry, key, result })
        if (alone) await this.settle()
      }
    }
  }

  /** Goes on as somebody else. */
  async authenticate(prover: Prover): Promise<void> {
    await this.#change({ prover })
  }

  /** Waits for all that is under way. @throws BatchStoppedError */
  async settle(): Promise<void> {
    while (this.#flights.length > 0) await this.#settleFirst()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()))
    this.#clients.clear()
  }

  async #change(options: Partial<AdminClientOptions>): Promise<void> {
    await this.settle()
    await this.close()
    this.#options = { ...this.#options, ...options }
  }

  #isUnderWay(key: string): boolean {
    return this.#flights.some((flight) => flight.key === key)
  }

  async #settleFirst(): Promise<void> {
    const flight = this.#flights.shift()
    if (flight === undefined) return
    const result = await flight.result
    await this.#log.command(flight.entry, result)
    if (result.kind !== 'no-answer' || !result.unreachable) return
    this.#flights = []
    throw new BatchStoppedError(`${result.message}; it stopped at line ${flight.entry.line}`)
  }

  async #execute({ command, server }: CommandEntry): Promise<BatchResult> {
    try {
      const answer = await this.#clientOf(server ?? this.#options.server).execute(command)
      return { kind: 'answer', answer, done: answer.code === CODE.success }
    } catch (error) {
      if (error instanceof ExchangeError || error instanceof SessionError) {
        const unreachable = error instanceof ExchangeError && error.reason === 'unreachable'
        return { kind: 'no-answer', message: error.message, unreachable }
      }
      throw error
    }
  }

  #clientOf(server: HostPort): AdminClient {
    const where = formatHostPort(server)
    const known = this.#clients.get(where)
    if (known !== undefined) return known
    const client = new AdminClient({ ...this.#options, server })
    this.#clients.set(where, client)
    return client
  }
}

/** Whether what comes after may depend on a command, though it is about something else. */
function isBarrier(command: BatchCommand): boolean {
  if ('prefix' in command) return true
  if (foldAscii(command.handle).startsWith('0.')) return true
  return 'values' in command && command.values.some(({ type }) => rightTypes.has(foldAscii(type)))
}
