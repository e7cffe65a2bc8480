import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createValue } from '../../src/record/value.ts'
import { openReadStore } from '../../src/store/open.ts'
import type { Body } from '../../src/wire/body.ts'
import type { Ports } from '../soak/kill-server.ts'
import { connectAsAdministrator } from '../support/administered.ts'
import { askUdp, connectTcp, requestFor, responseCode } from '../support/native.ts'

const SERVER = fileURLToPath(new URL('../soak/kill-server.ts', import.meta.url))
const DISK_BYTES = 48 * 2 ** 20
const READ_ONLY = 7

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

interface Disk {
  readonly path: string
  /** Lets the kernel find an error on it: nothing can be written until it is mounted anew. */
  fail(): void
  /** Mounts it anew. */
  repair(): void
}

/** A small ext4 disk of its own in a file, where this process may mount one. */
const mountDisk = (t: Test): Disk | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'suibiao-ext4-'))
  const image = join(folder, 'image')
  const path = join(folder, 'disk')
  const mount = (): void => {
    run('mount', '-o', 'loop,errors=remount-ro', image, path)
  }
  const unmount = (): void => { run('umount', path) }
  try {
    run('mkdir', path)
    writeFileSync(image, '')
    truncateSync(image, DISK_BYTES)
    run('mkfs.ext4', '-q', '-F', image)
    mount()
  } catch {
    rmSync(folder, { recursive: true })
    t.comment('skipped: no ext4 disk can be mounted here')
    return undefined
  }
  t.teardown(() => {
    unmount()
    rmSync(folder, { recursive: true })
  })
  return {
    path,
    fail: () => {
      const device = basename(run('findmnt', '-no', 'SOURCE', path))
      if (!/^loop\d+$/.test(device)) throw new Error(`${device} is no disk of this test`)
      writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'made to fail')
    },
    repair: () => {
      unmount()
      mount()
    },
  }
}

/** A node in a process of its own, two resolver threads. */
async function start(t: Test, dataDir: string) {
  // Without tap's own handlers, which would end it by the signal of a file that is too long.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, SERVER, dataDir, '2']
  const server = spawn('env', command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = once(server, 'exit')
  t.teardown(() => server.kill('SIGKILL'))
  const [{ native: port }] = await once(server, 'message') as [Ports]
  return {
    port,
    pid: server.pid ?? 0,
    stop: async () => {
      server.kill('SIGTERM')
      await exited
    },
  }
}

const record = (handle: string): Body =>
  ({ kind: 'record', handle, values: [createValue(1, 'DESC', 'x'.repeat(2_000))] })

/** Writes until one is refused. @returns the names that were acknowledged, and the refusal */
async function writeUntilRefused(
  admin: Awaited<ReturnType<typeof connectAsAdministrator>>, onWritten: (count: number) => void,
) {
  const acknowledged: string[] = []
  for (let i = 0; ; i++) {
    const name = `88/DISK-${i}`
    const [answer] = await admin.ask(100, record(name))
    if (answer?.message.responseCode !== 1) return { acknowledged, refused: answer?.message }
    acknowledged.push(name)
    onWritten(acknowledged.length)
    if (i > 5_000) throw new Error('the disk never failed')
  }
}

/** The code of each name over UDP and over TCP. */
async function codesOf(port: number, names: readonly string[]): Promise<Set<number>> {
  const requests = names.map((name, requestId) => requestFor(name, { requestId }))
  const udp = []
  for (const one of requests) udp.push(...await askUdp(port, [one], 1, 1000))
  const tcp = await connectTcp(port)
  tcp.socket.write(Buffer.concat(requests))
  await tcp.until(names.length)
  tcp.socket.destroy()
  const answers = [...udp, ...tcp.answers]
  return new Set(answers.length === names.length * 2 ? answers.map(responseCode) : [])
}

t.test('a disk that turns read-only under a running node', async (t) => {
  const disk = mountDisk(t)
  if (disk === undefined) return
  const dataDir = join(disk.path, 'data')
  const node = await start(t, dataDir)
  const admin = await connectAsAdministrator(node.port, dataDir)
  const { acknowledged, refused } = await writeUntilRefused(admin, (count) => {
    if (count === 40) disk.fail()
  })
  t.match(refused, {
    responseCode: READ_ONLY, body: { message: /^The disk can not be written; nothing was changed/ },
  })
  t.equal(acknowledged.length, 40)
  t.same(await codesOf(node.port, acknowledged), new Set([1]), 'reads go on')
  t.same(await codesOf(node.port, ['88/DISK-40', '88/NONE']), new Set([100]), 'no half change')
  const [again] = await admin.ask(101, { kind: 'name', handle: '88/DISK-0' })
  t.equal(again?.message.responseCode, READ_ONLY, 'other changes are refused too')
  admin.close()
  await node.stop()

  disk.repair()
  const next = await start(t, dataDir)
  t.same(await codesOf(next.port, acknowledged), new Set([1]), 'nothing was lost')
  const nextAdmin = await connectAsAdministrator(next.port, dataDir)
  const [written] = await nextAdmin.ask(100, record('88/AFTER'))
  t.equal(written?.message.responseCode, 1, 'and it takes changes again')
  nextAdmin.close()
  await next.stop()
  const store = openReadStore(join(dataDir, 'records.db'))
  t.match(store.verifyChanges(), { fault: null })
  store.close()
})

/** Sets how long files of a process may become; what goes beyond fails as on a broken disk. */
const limitFiles = (pid: number, bytes: number | 'unlimited'): boolean => {
  try {
    run('prlimit', '--pid', String(pid), `--fsize=${bytes}:unlimited`)
    return true
  } catch {
    return false
  }
}

t.test('a disk that fails in the middle of a write, and then works again', async (t) => {
  const dataDir = t.testdir()
  const node = await start(t, dataDir)
  const admin = await connectAsAdministrator(node.port, dataDir)
  const logBytes = statSync(join(dataDir, 'records.db-wal')).size
  if (!limitFiles(node.pid, logBytes + 1_000_000)) {
    t.comment('skipped: no limit can be set here')
    admin.close()
    return
  }
  const { acknowledged, refused } = await writeUntilRefused(admin, () => undefined)
  t.match(refused, {
    responseCode: READ_ONLY, body: { message: /^The disk .*; nothing was changed/ },
  })
  t.ok(acknowledged.length > 5, `${acknowledged.length} records fitted`)
  t.same(await codesOf(node.port, acknowledged), new Set([1]), 'reads go on')
  t.same(await codesOf(node.port, [`88/DISK-${acknowledged.length}`]), new Set([100]))
  limitFiles(node.pid, 'unlimited')
  const [written] = await admin.ask(100, record('88/AFTER'))
  t.equal(written?.message.responseCode, 1, 'without a restart')
  admin.close()
  await node.stop()
  const store = openReadStore(join(dataDir, 'records.db'))
  t.match(store.verifyChanges(), { fault: null })
  t.equal(store.countRecords(), acknowledged.length + 2)
  store.close()
})
