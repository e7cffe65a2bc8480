import type { Clock } from '../lib/clock.ts'
import { LINE_BYTES_MAX } from '../registry/limits.ts'
import { WholeLines } from '../registry/lines.ts'
import { type BulkAnswers, BulkBatch, type BulkOptions, type BulkSummary } from './bulk-batch.ts'
import { BulkLines } from './bulk-lines.ts'
import type { Caller, Desk } from './door.ts'
import { BULK_FLIGHT_COUNT_MAX } from './limits.ts'

type Landed = { readonly kind: 'landed'; readonly answers: BulkAnswers }
type Read = { readonly kind: 'read'; readonly chunk: Buffer | null }

/**
 * Registers a stream of lines and answers each. While one batch is being stored and another waits
 * for its turn, the next is gathered. What has gathered goes as soon as nothing is under way: a
 * slow sender hears about each line at once, a fast one shares its commits. Holds few batches,
 * however long the stream: with a full one waiting nothing more is read, so that the sender waits.
 * @yields answers, one a line, several lines at a time; the summary last
 */
export async function* registerLines(
  desk: Desk, caller: Caller, chunks: AsyncIterable<Buffer>, options: BulkOptions, clock: Clock,
): AsyncGenerator<string> {
  const summary: BulkSummary = { read: 0, created: 0, replaced: 0, unchanged: 0, refused: 0 }
  const reader = new BulkLines(desk, caller, clock)
  const whole = new WholeLines(LINE_BYTES_MAX)
  const iterator = chunks[Symbol.asyncIterator]()
  const read = (): Promise<Read> => unheard(iterator.next().then(({ done, value }) =>
    ({ kind: 'read', chunk: done === true ? null : value })))
  const send = (batch: BulkBatch): Promise<Landed> =>
    unheard(batch.send(desk, caller, options, summary).then((answers) =>
      ({ kind: 'landed', answers })))
  let batch = new BulkBatch()
  let next: Promise<Read> | null = read()
  let stopped: BulkAnswers['stopped'] = null
  const flights: Promise<Landed>[] = []
  for (;;) {
    await reader.fill(batch)
    if (stopped === null && !batch.isEmpty
      && flights.length < (batch.isFull ? BULK_FLIGHT_COUNT_MAX : 1)) {
      flights.push(send(batch))
      batch = new BulkBatch(batch)
      continue
    }
    const open = stopped === null && reader.isDone ? next : null
    const waits: Promise<Landed | Read>[] =
      [flights[0] ?? null, open].filter((one) => one !== null)
    if (waits.length === 0) break
    const event = await Promise.race(waits)
    if (event.kind === 'landed') {
      void flights.shift()
      stopped ??= event.answers.stopped
      if (event.answers.text !== '') yield event.answers.text
    } else {
      reader.open(event.chunk === null ? whole.end() : whole.push(event.chunk))
      next = event.chunk === null ? null : read()
    }
  }
  yield `${JSON.stringify({ summary: stopped === null ? summary : { ...summary, stopped } })}\n`
}

/** Nobody may be waiting for it any more when the sender goes away, or another one fails. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
