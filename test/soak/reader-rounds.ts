import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createValue } from '../../src/record/value.ts'
import { OPCODE } from '../../src/wire/layout.ts'
import { connectAsAdministrator } from '../support/administered.ts'
import { type Client, createHttpClient, createTcpClient, createUdpClient } from './clients.ts'
import { Lives } from './lives.ts'
import type { Ports } from './kill-server.ts'

const SERVER = fileURLToPath(new URL('kill-server.ts', import.meta.url))
const PREFIX = '88'
/** Few names, so that nearly every answer was remembered and then changed a moment ago. */
const NAME_COUNT = 16
/** Writes under way at one time, each of names that nobody else writes. */
const WRITER_COUNT = 4
const IN_FLIGHT = { udp: 64, tcp: 256, http: 32 } as const
type Door = keyof typeof IN_FLIGHT

export interface ReadersResult {
  /** Answers that were checked, by door. */
  readonly answers: Readonly<Record<Door, number>>
  /** Writes that were acknowledged. */
  readonly writes: number
  /** Datagrams without an answer. */
  readonly lost: number
  readonly problems: readonly string[]
}

/**
 * Reads over every door of a node while it acknowledges writes, until so many answers were
 * checked: none may be older than what was acknowledged before it was asked for.
 * @param dataDir an empty folder
 */
export async function readWhileWriting(
  dataDir: string, workers: number, readCount: number, writeCount: number,
  onProgress?: (answers: number, writes: number) => void,
): Promise<ReadersResult> {
  const server = spawn(process.execPath, [SERVER, dataDir, String(workers)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [ports] = await once(server, 'message') as [Ports]
  const admin = await connectAsAdministrator(ports.native, dataDir)
  const lives = new Lives(NAME_COUNT)
  const problems: string[] = []
  const answers = { udp: 0, tcp: 0, http: 0 }
  let [writes, lost, running] = [0, 0, true]
  const total = (): number => answers.udp + answers.tcp + answers.http

  const write = async (number: number): Promise<void> => {
    const version = lives.begin(number)
    const handle = nameOf(number)
    const values = [createValue(1, 'NOTE', `version ${version}.`)]
    const [answer] = lives.isGone(version)
      ? await admin.ask(OPCODE.delete, { kind: 'name', handle })
      : await admin.ask(
          lives.isGone(version - 1) ? OPCODE.create : OPCODE.modifyValues,
          { kind: 'record', handle, values })
    const code = answer?.message.responseCode
    if (code !== 1) throw new Error(`write ${version} of ${handle} had code ${code}`)
    lives.acknowledge(number, version)
    writes++
  }
  const keepWriting = async (first: number): Promise<void> => {
    for (let number = first; running; number = (number + WRITER_COUNT) % NAME_COUNT) {
      await write(number)
    }
  }
  const keepReading = async (door: Door, client: Client, first: number): Promise<void> => {
    for (let number = first % NAME_COUNT; running; number = (number * 5 + 1) % NAME_COUNT) {
      const floor = lives.floorOf(number)
      const text = await client.ask(nameOf(number))
      if (text === null && running) {
        lost++
        if (door !== 'udp') problems.push(`no answer over ${door}`)
      }
      if (text === null) continue
      const problem = lives.check(number, floor, text)
      if (problem !== undefined) problems.push(`${door}: ${nameOf(number)}: ${problem}`)
      answers[door]++
      if (total() % 50_000 === 0) onProgress?.(total(), writes)
      if (total() >= readCount && writes >= writeCount) running = false
    }
  }

  const clients = {
    udp: createUdpClient(ports.native), tcp: createTcpClient(ports.native),
    http: createHttpClient(ports.http),
  }
  for (let number = 0; number < NAME_COUNT; number++) await write(number)
  const readers = (['udp', 'tcp', 'http'] as const).flatMap((door) =>
    Array.from({ length: IN_FLIGHT[door] }, (_unused, i) => keepReading(door, clients[door], i)))
  const writers = Array.from({ length: WRITER_COUNT }, (_unused, i) => keepWriting(i))
  try {
    await Promise.all([...readers, ...writers])
  } finally {
    running = false
    await Promise.all(Object.values(clients).map((client) => client.close()))
    admin.close()
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    await exited
  }
  return { answers, writes, lost, problems }
}

const nameOf = (number: number): string => `${PREFIX}/READ-${number}`
