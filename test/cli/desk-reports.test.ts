import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPublicKey } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { loadNodeKey } from '../../src/node/node-key.ts'
import { organisation, user } from '../desk/setting.ts'
import { startDesk } from '../http/desk/setting.ts'
import { recordTerminal } from './terminal.ts'

type Setting = Awaited<ReturnType<typeof startDesk>>

async function must(s: Setting, ...args: string[]): Promise<string> {
  const terminal = recordTerminal()
  const { host } = new URL(s.base)
  const code = await runProgram([...args, '--server', host, '--data', s.dataDir], terminal)
  const { output, messages } = terminal.written()
  if (code !== exitCodes.ok) throw new Error(`${args.join(' ')}: ${code} ${messages}`)
  return output
}

t.test('two nodes from the command line: what one reports the other shows', async (t) => {
  const folder = t.testdir({ below: {} })
  const top = await startDesk(t, { dataDir: join(folder, 'top'), deskPrefix: '88' })
  const nodeKey = createPublicKey(await loadNodeKey(join(folder, 'below')))
  const publicKey = nodeKey.export({ type: 'spki', format: 'pem' })
  const application = join(folder, 'join.json')
  writeFileSync(application, JSON.stringify({
    organisation: organisation(1), user: user('secondary'),
    application: { prefix: '88.118', publicKey },
  }))
  await must(top, 'org', 'join', application)
  t.match(await must(top, 'review', 'approve', '88.118'), /^88\.118 is enabled 启用/)
  t.match(await must(top, 'prefix', 'reports'), /^88\.118 +0 +0 +none yet +overdue +-$/m)

  const below = await startDesk(t, {
    dataDir: join(folder, 'below'), upstreamDesk: { origin: top.base, ca: null } })
  t.equal(JSON.parse(await must(below, 'prefix', 'outbox', '--json')).publicKey, publicKey)
  const details = join(folder, 'enterprise.json')
  writeFileSync(details, JSON.stringify(organisation(2)))
  const { id } = JSON.parse(await must(below, 'org', 'create', details, '--json'))
  await must(below, 'apply', 'new', '88.118.8', '--organisation', id,
    '--endpoint', '192.0.2.7,tcp=2641')
  for (let i = 0; i < 2; i++) await must(below, 'review', 'approve', '88.118.8')

  let shown = ''
  for (let i = 0; i < 500 && !/^88\.118 +1 +1 /m.test(shown); i++) {
    shown = await must(top, 'prefix', 'reports')
    await pause(20)
  }
  t.match(shown, /^88\.118 +1 +1 +\d+ s ago +in time +-$/m)
  const items = await must(top, 'prefix', 'reports', '88.118')
  t.match(items, /^route +88\.118\.8 +enabled 启用 +20/m)
  t.match(items, /^entity +测试企业 2 +- +20/m)
  t.match(await must(below, 'prefix', 'outbox'), /^waiting +0$/m)
})
