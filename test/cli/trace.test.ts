import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { formatHostPort } from '../../src/lib/host-port.ts'
import { loadConfig } from '../../src/node/config.ts'
import { startNode } from '../../src/node/node.ts'
import { startHierarchy } from '../support/hierarchy.ts'
import { run } from './run.ts'

t.test('the way from the root, gone by the command itself', async (t) => {
  const nodes = await startHierarchy()
  t.teardown(() => nodes.stop())
  const root = formatHostPort(nodes.top.address)
  const text = await run(['trace', '88.118.8/P1', '--root', root])
  t.equal(text.code, exitCodes.ok)
  const lines = text.output.split('\n')
  t.match(lines[2], /^1 +0\.NA\/88\.118\.8 +127\.0\.0\.1:\d+ by UDP +[\d.]+ +prefix referral$/)
  t.match(lines[3], /^2 +0\.NA\/88\.118\.8 .* found, 1 value$/)
  t.match(lines[4], /^3 +88\.118\.8\/P1 .* found, 2 values$/)
  t.match(lines[5], /^88\.118\.8\/P1: found, 2 values, in [\d.]+ ms$/)

  const absent = await run(['trace', '88.118.8/NONE', '--root', root, '--json'])
  t.equal(absent.code, exitCodes.notFound)
  t.match(JSON.parse(absent.output), {
    identifier: '88.118.8/NONE', kind: 'absent', steps: [{}, {}, { answer: 'absent' }],
  })
  await nodes.enterprise.stop()
  const failed = await run(['trace', '88.118.8/P1', '--root', root, '--timeout', '2000'])
  t.equal(failed.code, exitCodes.unknown)
  t.match(failed.output, /can't be reached \(ECONNREFUSED\)/)
})

t.test('the way that a node goes', async (t) => {
  const nodes = await startHierarchy()
  const data = mkdtempSync(join(tmpdir(), 'suibiao-'))
  const node = await startNode(loadConfig({
    flags: {
      data, workers: '0', http: '127.0.0.1:0', native: '127.0.0.1:0', role: 'recursive',
      root: formatHostPort(nodes.top.address), allowPrivateUpstreams: true,
    },
    env: {}, file: '/nonexistent.toml',
  }), { logger: pino({ level: 'silent' }) })
  t.teardown(async () => {
    await node.stop()
    await nodes.stop()
    rmSync(data, { recursive: true })
  })
  const server = formatHostPort(node.httpAddress)
  const cold = await run(['trace', '88.118.8/P1', '--server', server, '--json'])
  t.match(JSON.parse(cold.output), { steps: [{ from: 'server' }, {}, {}] })
  const warm = await run(['trace', '88.118.8/P1', '--server', server, '--json'])
  t.match(JSON.parse(warm.output), { steps: [{ from: 'cache', server: null }] })

  const forwarded = await fetch(`http://${server}/v1/trace/88.118.8%2FP1`, {
    headers: { 'x-forwarded-for': '8.8.8.8' },
  })
  t.equal(forwarded.status, 404, 'strangers see nothing of it')
})

t.test('what can\'t be traced', async (t) => {
  t.match(await run(['trace', '/']), { code: exitCodes.usage, messages: /no identifier/ })
  t.match(await run(['trace', '88/X', '--root', ':']), { code: exitCodes.usage })
  const refused = await run(['trace', '88/X', '--server', '127.0.0.1:1'])
  t.match(refused, { code: exitCodes.unknown, messages: /can't be reached.*give --root/ })
})
