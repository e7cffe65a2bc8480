import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/node/config.ts'
import { startNode } from '../../src/node/node.ts'
import { createValue } from '../../src/record/value.ts'
import { openReadStore } from '../../src/store/open.ts'
import type { Body } from '../../src/wire/body.ts'
import { connectAsAdministrator } from '../support/administered.ts'
import { askUdp, requestFor, responseCode } from '../support/native.ts'

const DISK_BYTES = 16 * 2 ** 20

/** A small disk of its own, where this process may mount one. */
const mountDisk = (t: Test): string | undefined => {
  // Not in tap's own folder, which it empties before a test's teardown.
  const path = mkdtempSync(join(tmpdir(), 'suibiao-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', path], {
      stdio: 'ignore',
    })
  } catch {
    rmdirSync(path)
    t.comment('skipped: no small disk can be mounted here')
    return undefined
  }
  t.teardown(() => {
    execFileSync('umount', ['-l', path])
    rmdirSync(path)
  })
  return path
}

const start = async (t: Test, dataDir: string) => {
  const config = loadConfig({
    flags: {
      data: dataDir, http: '127.0.0.1:0', native: '127.0.0.1:0', workers: '1', cache: '16',
    },
    env: {},
    file: 'no settings file',
  })
  const node = await startNode(config, { logger: pino({ level: 'silent' }) })
  t.teardown(() => node.stop())
  return node
}

/** A record of some 50 KB. */
const record = (handle: string): Body =>
  ({ kind: 'record', handle, values: [createValue(1, 'DESC', 'x'.repeat(50_000))] })

t.test('a full disk: clear refusals, reads go on, nothing is lost, and it recovers', async (t) => {
  const disk = mountDisk(t)
  if (disk === undefined) return
  const dataDir = join(disk, 'data')
  const node = await start(t, dataDir)
  const { port } = node.nativeAddress
  const admin = await connectAsAdministrator(port, dataDir)
  const filler = join(disk, 'filler')
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(filler, Buffer.alloc(bavail * bsize - 3 * 2 ** 20))
  const acknowledged: string[] = []
  let refused: unknown
  for (let i = 0; i < 200 && refused === undefined; i++) {
    const name = `88/FULL-${i}`
    const [answer] = await admin.ask(100, record(name))
    if (answer?.message.responseCode === 1) acknowledged.push(name)
    else refused = answer?.message
  }
  t.match(refused, {
    responseCode: 7, body: { message: 'The disk is full; nothing was changed' },
  })
  t.ok(acknowledged.length > 5, `${acknowledged.length} records fitted`)
  const found = async (name: string) => (await askUdp(port, [requestFor(name)], 1, 1000))[0]
  for (const name of acknowledged) t.ok(await found(name), `${name} is answered`)
  const absent = await found('88/NONE')
  t.equal(absent && responseCode(absent), 100)

  rmSync(filler)
  const [again] = await admin.ask(100, record('88/AFTER'))
  t.equal(again?.message.responseCode, 1, 'room again')
  admin.close()
  await node.stop()
  const store = openReadStore(join(dataDir, 'records.db'))
  t.match(store.verifyChanges(), { fault: null })
  t.equal(store.countRecords(), acknowledged.length + 2)
  store.close()
})

t.test('a read-only file system: one clear error, and nothing lost', async (t) => {
  const disk = mountDisk(t)
  if (disk === undefined) return
  const dataDir = join(disk, 'data')
  const first = await start(t, dataDir)
  const admin = await connectAsAdministrator(first.nativeAddress.port, dataDir)
  await admin.ask(100, record('88/KEPT'))
  admin.close()
  await first.stop()
  const remount = (mode: string): void => {
    execFileSync('mount', ['-o', `remount,${mode}`, disk], { stdio: 'ignore' })
  }
  remount('ro')
  await t.rejects(start(t, dataDir), {
    message: /^the data folder .* can't be written \(.*\); choose another with --data/,
  })
  remount('rw')
  const second = await start(t, dataDir)
  const [answer] = await askUdp(second.nativeAddress.port, [requestFor('88/KEPT')], 1, 1000)
  t.ok(answer)
})
