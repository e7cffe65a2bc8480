import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { keyOf } from '../../src/identifier/identifier.ts'
import { createValue } from '../../src/record/value.ts'
import { openStore } from '../../src/store/open.ts'
import type { Body } from '../../src/wire/body.ts'
import { OPCODE } from '../../src/wire/layout.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { connectAsAdministrator } from '../support/administered.ts'
import type { Ports } from './kill-server.ts'

const SERVER = fileURLToPath(new URL('kill-server.ts', import.meta.url))
/** Names that are written at one time, each with one write in flight. */
const NAME_COUNT = 32
/** A record goes through four states: made, changed, changed, gone. */
const STATES = 4
/** Longest that writing goes on before the kill. */
const KILL_AFTER_MS_MAX = 250

export interface KillResult {
  readonly kills: number
  /** Writes that were acknowledged. */
  readonly acknowledged: number
  /** What was lost, half there, or unsound. */
  readonly problems: readonly string[]
}

/** Where a name stands: so many writes acknowledged, and perhaps one more on its way. */
interface Progress {
  readonly name: string
  acknowledged: number
}

/**
 * Kills a node at random instants under a load of writes, and looks each time at what it left:
 * every acknowledged change is there, none is half there, and the change log is sound.
 * @param dataDir an empty folder
 */
export async function killRounds(
  dataDir: string, kills: number, workers: number, onRound?: (round: number) => void,
): Promise<KillResult> {
  const names = Array.from({ length: NAME_COUNT }, (_, i): Progress =>
    ({ name: `88/KILL-${i}`, acknowledged: 0 }))
  const problems: string[] = []
  for (let round = 1; round <= kills; round++) {
    await writeUntilKilled(dataDir, workers, names)
    problems.push(...inspect(dataDir, names).map((problem) => `kill ${round}: ${problem}`))
    onRound?.(round)
  }
  const acknowledged = names.reduce((sum, progress) => sum + progress.acknowledged, 0)
  return { kills, acknowledged, problems }
}

async function writeUntilKilled(
  dataDir: string, workers: number, names: readonly Progress[],
): Promise<void> {
  const server = fork(SERVER, [dataDir, String(workers)])
  const [{ native }] = await once(server, 'message') as [Ports]
  const admin = await connectAsAdministrator(native, dataDir)
  // Settled, not all: each of them ends with the connection.
  const writing = Promise.allSettled(names.map(async (progress) => {
    for (;;) {
      const next = progress.acknowledged + 1
      const [answer] = await admin.ask(...requestTo(progress.name, next))
      if (answer?.message.responseCode !== 1) return
      progress.acknowledged = next
    }
  }))
  await delay(randomInt(1, KILL_AFTER_MS_MAX))
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
  await writing
  admin.close()
}

/** The request that brings a name into the state after so many writes. */
function requestTo(handle: string, count: number): [opcode: number, body: Body] {
  const state = (count - 1) % STATES
  if (state === STATES - 1) return [OPCODE.delete, { kind: 'name', handle }]
  // Two values that must always say the same.
  const values = [1, 2].map((index) => createValue(index, 'COUNT', String(count)))
  return [state === 0 ? OPCODE.create : OPCODE.modifyValues, { kind: 'record', handle, values }]
}

/** Opens the store as the next start does, and corrects what is known of writes in flight. */
function inspect(dataDir: string, names: readonly Progress[]): string[] {
  const problems: string[] = []
  const store = openStore(join(dataDir, 'records.db'))
  for (const progress of names) {
    const block = store.findBlock(keyOf(progress.name))
    const found = block === undefined ? 'nothing' : decodeValues(block).map(({ data }) => data)
    const { acknowledged } = progress
    const right = [acknowledged, acknowledged + 1].find((count) => matches(found, count))
    if (right === undefined) {
      problems.push(`${progress.name} after ${acknowledged} writes holds ${String(found)}`)
    }
    progress.acknowledged = right ?? acknowledged
  }
  const { fault } = store.verifyChanges()
  if (fault !== null) problems.push(fault)
  store.close()
  return problems
}

function matches(found: 'nothing' | Buffer[], count: number): boolean {
  if (count % STATES === 0) return found === 'nothing'
  return found !== 'nothing' && found.length === 2 &&
    found.every((data) => data.toString() === String(count))
}
