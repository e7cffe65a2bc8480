import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import protobuf from 'protobufjs'
import { type Measure, summarise, WrongAnswerError } from '../measure.ts'

export interface BatchLoad {
  readonly port: number
  readonly names: readonly string[]
  /** Identifiers in one request. */
  readonly size: number
  readonly connections: number
  readonly seconds: number
}

const BUSY = 503
const BUSY_WAIT_MS = 10
const HANDLES_TAG = (1 << 3) | 2

/** Asks for batches over HTTP, as protobuf; counts identifiers, not requests. */
export async function loadBatch(load: BatchLoad): Promise<Measure> {
  const { names, size, connections } = load
  const bodies: Uint8Array[] = []
  for (let at = 0; at + size <= names.length; at += size) {
    bodies.push(encodeBatch(names.slice(at, at + size)))
  }
  const pool = new Pool(`http://127.0.0.1:${load.port}`, { connections })
  const latencies: number[] = []
  let next = 0
  const started = performance.now()
  const endsAt = started + load.seconds * 1000
  await Promise.all(Array.from({ length: connections }, async () => {
    while (performance.now() < endsAt) {
      const askedAt = performance.now()
      const answer = await pool.request({
        method: 'POST', path: '/v1/resolve', body: bodies[next++ % bodies.length] ?? '',
        headers: { 'content-type': 'application/x-protobuf' },
      })
      const bytes = await answer.body.arrayBuffer()
      // Busy: a server that shares its core with others may say so, and is asked again.
      if (answer.statusCode === BUSY) {
        await delay(BUSY_WAIT_MS)
        continue
      }
      if (answer.statusCode !== 200 || bytes.byteLength < size) {
        throw new WrongAnswerError(`a batch had status ${answer.statusCode}`)
      }
      latencies.push(performance.now() - askedAt)
    }
  }))
  const seconds = (performance.now() - started) / 1000
  await pool.close()
  return summarise(latencies.length * size, seconds, latencies)
}

function encodeBatch(names: readonly string[]): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const name of names) writer.uint32(HANDLES_TAG).string(name)
  return writer.finish()
}
