import { createReadStream, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { systemClock } from '../src/lib/clock.ts'
import { importLines } from '../src/node/import-lines.ts'
import { encodeLines } from '../src/registry/line-encoder.ts'
import type { RecordBatch } from '../src/registry/record-batch.ts'
import { openStore } from '../src/store/open.ts'

/*
 * One way of taking the lines of a file, in a process of its own, without the process's start:
 * `node bench/import-process.ts import|insert|parse <file>` prints figures as JSON.
 */
const [kind = '', file = ''] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'suibiao-import-'))
const path = join(folder, 'records.db')
try {
  switch (kind) {
    case 'import': {
      await measure(async () => {
        const { read } = await importLines(path, openSync(file, 'r'), { actor: 'import' })
        return read
      })
      break
    }
    case 'insert': {
      const batches: RecordBatch[] = []
      const options = { strict: false, clock: systemClock }
      for await (const batch of encodeLines([readFileSync(file)], options)) batches.push(batch)
      openStore(path).close()
      await measure(() => insertBare(batches))
      break
    }
    case 'parse': {
      // Half a million typical lines are longer than one string may be.
      const lines: string[] = []
      for await (const line of createInterface({ input: createReadStream(file) })) lines.push(line)
      await measure(() => {
        for (const line of lines) JSON.parse(line)
        return lines.length
      })
      break
    }
    default:
      throw new Error(`there is no way named ${kind}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Prints how long it took, and what of it this thread, the one that writes, was at work. */
async function measure(work: () => number | Promise<number>): Promise<void> {
  const cpuBefore = process.threadCpuUsage()
  const started = performance.now()
  const count = await work()
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.threadCpuUsage(cpuBefore)
  console.log(JSON.stringify({ count, seconds, cpuSeconds: (user + system) / 1e6 }))
}

/** The same rows into tables of the same shape, sorted and in as large transactions. */
function insertBare(batches: readonly RecordBatch[]): number {
  const database = new Database(path)
  database.pragma('synchronous = FULL')
  database.pragma('cache_size = -262144')
  database.pragma('wal_autocheckpoint = 4096')
  const insert = database.prepare('INSERT INTO records (key, name, block) VALUES (?, ?, ?)')
  const log = database.prepare("INSERT INTO changes VALUES (?, 0, 'import', 'put', ?, ?, ?)")
  const hash = Buffer.alloc(32)
  let count = 0
  for (const { recordCount, keys, names, blocks, spans } of batches) {
    const keyList = keys.split('\n')
    const nameList = names.split('\n')
    database.transaction(() => {
      for (let i = 0; i < recordCount; i++) {
        const [key, name] = [keyList[i], nameList[i]]
        const block = blocks.subarray(spans[2 * i], spans[2 * i + 1])
        insert.run(key, key === name ? null : name, block)
        log.run(++count, name, block, hash)
      }
    })()
  }
  database.close()
  return count
}
