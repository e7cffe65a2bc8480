import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { organisation, user } from '../desk/setting.ts'
import { startDesk } from '../http/desk/setting.ts'
import { run as runProcess } from './run.ts'
import { recordTerminal } from './terminal.ts'

const s = await startDesk(t, { https: { host: '127.0.0.1', port: 0 } })
const files: Record<string, string> = {
  'join.json': JSON.stringify({
    organisation: organisation(1), user: user('operator'), application: { prefix: '88.118.8' },
  }),
  'wrong.json': JSON.stringify(organisation(2, { contact: { name: '李', mobile: '1' } })),
  password: `${user('operator').password}\n`,
  'car-1.json': JSON.stringify({ version: 'car-1', items: [
    { name: '名称', type: 'NAME', index: 2000, dataType: 'text', required: true, unique: true }] }),
  none: '', 'list.json': '[]',
}
const at = (name: string): string => join(s.dataDir, name)
for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text)
const { host } = new URL(s.base)
const asOperator = ['--user', 'operator', '--password-file', at('password')]

/** Runs the program in this process, as the node's administrator unless told otherwise. */
async function run(...args: string[]) {
  const terminal = recordTerminal()
  const server = args.includes('--server') ? [] : ['--server', host]
  const data = args.includes('--data') ? [] : ['--data', s.dataDir]
  const code = await runProgram([...args, ...server, ...data], terminal)
  return { code, ...terminal.written() }
}

/** What a command prints that must succeed. */
async function must(...args: string[]): Promise<string> {
  const { code, output, messages } = await run(...args)
  if (code !== exitCodes.ok) throw new Error(`${args.join(' ')}: ${code} ${messages}`)
  return output
}

t.test('from an application to the first resolved identifier', async (t) => {
  t.match(await must('org', 'join', at('join.json')),
    /^registered org_\w+; 88\.118\.8 is pending 待审核 \(app_\w+\)\n$/)
  t.match(await must('review', 'list'), /^88\.118\.8 +pending 待审核 +not-hosted 未托管 +app_/m)
  const rejected = await must('review', 'reject', '88.118.8', '--reason', '缺少许可证')
  t.match(rejected, /is rejected 被驳回/)
  t.equal(await must('review', 'list'), 'none\n')
  t.match(await must('apply', 'mend', '88.118.8', '--remarks', '已补充', ...asOperator),
    /is pending 待审核/)
  t.match(await must('review', 'approve', '88.118.8'), /is reviewing 审核中/)
  t.match(await must('review', 'approve', '88.118.8'), /is enabled 启用/)
  t.match(await must('apply', 'journal', '88.118.8'), / reject +pending +rejected +缺少许可证$/m)
  t.match(await must('apply', 'list', '--state', 'enabled', ...asOperator), /^88\.118\.8 /m)
  await must('prefix', 'hosting', '88.118.8', 'request', ...asOperator)
  t.match(await must('prefix', 'hosting', '88.118.8', 'approve'), /enabled 启用 .*, hosted 已托管/)
  const lines = ['电机', 7, '轮毂'].map((data, i) => JSON.stringify({
    handle: `88.118.8/P${i}`, values: [{ index: 2000, type: 'NAME', data }] }))
  const { code, output, messages } = await runProcess(
    ['register', '-', '--server', host, ...asOperator],
    { input: `${lines.join('\n')}\nnonsense\n` })
  t.equal(code, exitCodes.badLines)
  t.equal(output, '4 lines read: 2 created, 0 replaced, 0 unchanged, 2 refused\n')
  t.match(messages, /^suibiao: line 2: \/values: .+ \(values\)\nsuibiao: line 4: is no JSON /)
  const resolved = await s.ask('GET', '/api/handles/88.118.8/P2?type=NAME', { secret: null })
  t.equal(resolved.json.values[0].data.value, '轮毂')
})

t.test('a route leads where it says at once, and can be suspended', async (t) => {
  t.match(await must('route', 'show', '88.118.8'), /^88\.118\.8: no route, hosted 已托管\n$/)
  t.equal(await must('route', 'set', '88.118.8', ...asOperator,
    '--endpoint', '192.0.2.7,tcp=2641,http=8000', '--endpoint', '[2001:db8::7],udp=2641'),
  '88.118.8 leads to 2 addresses\n')
  t.match(await must('route', 'show', '88.118.8'),
    /^192\.0\.2\.7 +2641 +- +8000\n2001:db8::7 +- +2641 +-$/m)
  const site = await s.ask('GET', '/api/handles/0.NA/88.118.8?type=HS_SITE', { secret: null })
  t.equal(site.json.values.length, 2)
  t.match(JSON.parse(await must('route', 'show', '88.118.8', '--json')),
    { endpoints: [{ ip: '192.0.2.7' }, { udpPort: 2641 }] })
  t.match(await must('prefix', 'suspend', '88.118.8', '--reason', 'x'), /is suspended 停用/)
  t.match(await run('prefix', 'delete', '88.118.8'), { code: exitCodes.failure,
    messages: 'suibiao: that can’t be done in the state “suspended”; '
      + 'see how far it is with suibiao apply show\n' })
  t.match(await must('prefix', 'request-deletion', '88.118.8'), /is deleting 待删除/)
  t.match(await must('prefix', 'cancel-deletion', '88.118.8'), /is suspended/)
  t.match(await must('prefix', 'resume', '88.118.8'), /is enabled/)
  t.match(await must('prefix', 'show', '88.118.8'), /^route\.endpoints\.1\.udpPort +2641$/m)
  t.match(await must('prefix', 'list'), /^88\.118 +enabled 启用 +hosted 已托管 +app_/m)
})

t.test('an application takes a key of any format, and is for whom it says', async (t) => {
  writeFileSync(at('third.json'), JSON.stringify(organisation(3)))
  const { id } = JSON.parse(await must('org', 'create', at('third.json'), '--json'))
  const key = await runProgram(['key', 'make', '--private', at('k'), '--public', at('k.pub')],
    recordTerminal())
  t.equal(key, exitCodes.ok)
  const applied = await must('apply', 'new', '88.118.3', '--organisation', id,
    '--public-key', at('k.pub'), '--endpoint', '192.0.2.3,tcp=2641')
  t.match(applied, /^88\.118\.3 is pending/)
  const shown = await must('apply', 'show', '88.118.3')
  t.match(shown, /^publicKey +-----BEGIN PUBLIC KEY-----$/m)
  t.match(shown, new RegExp(`^organisation +${id}$`, 'm'))
  t.match(await must('apply', 'withdraw', '88.118.3'), /is withdrawn 已撤回/)
})

t.test('a change says which version its author has seen', async (t) => {
  const [, id = ''] = /"id":"(org_\w+)","level":"enterprise"/
    .exec(await must('org', 'list', '--json')) ?? []
  const shown = JSON.parse(await must('org', 'show', id, '--json'))
  shown.details.name = '测试企业 甲'
  writeFileSync(at('shown.json'), JSON.stringify(shown))
  t.match(await must('org', 'change', id, at('shown.json')), /^changed 测试企业 甲 \(org_/)
  const stale = await run('org', 'change', id, at('shown.json'))
  t.match(stale, { code: exitCodes.failure, messages: /changed it since; read it again\n$/ })
  writeFileSync(at('bare.json'), JSON.stringify(shown.details))
  t.match(await must('org', 'change', id, at('bare.json')), /^changed/)
})

t.test('templates are drafted, published and followed', async (t) => {
  const template = (...args: string[]) => must('template', ...args)
  t.equal(await template('list', '88.118'), 'none\n')
  t.equal(await template('create', '88.118', at('car-1.json')),
    'car-1 of 88.118 is draft 草稿, 1 item\n')
  t.match(await template('change', '88.118', at('car-1.json')), /is draft/)
  t.match(await template('publish', '88.118', 'car-1'), /is published 已发布/)
  t.match(await template('show', '88.118', 'car-1'),
    /^2000 +NAME +text +0-65535 +required unique +名称$/m)
  writeFileSync(at('cars.ndjson'), ['a', ''].map((data, i) => JSON.stringify({
    handle: `88.118/C${i}`, template: 'car-1', values: [{ index: 2000, type: 'NAME', data }],
  })).join('\n'))
  const registered = await run('register', at('cars.ndjson'), '--json', '--all')
  t.equal(registered.code, exitCodes.badLines)
  t.match(registered.output.trimEnd().split('\n').map((line) => JSON.parse(line)), [
    { line: 1, result: 'created' }, { line: 2, errors: [{ rule: 'item-required' }] },
    { summary: { read: 2, created: 1, refused: 1 } },
  ])
  t.match(await run('template', 'delete', '88.118', 'car-1'), { code: exitCodes.failure })
  t.match(await template('withdraw', '88.118', 'car-1'), /is withdrawn/)
})

t.test('a key is shown once, works until it is revoked, and goes where it may', async (t) => {
  const made = await must('apikey', 'create', 'reports', '--scope', 'prefix:read,identifier:read',
    '--output', at('key.txt'))
  const [id = ''] = /key_\w+/.exec(made) ?? []
  t.equal(statSync(at('key.txt')).mode & 0o777, 0o600)
  const secret = readFileSync(at('key.txt'), 'utf8').trim()
  t.match(secret, /^sbk_/)
  const withKey = ['--apikey-file', at('key.txt')]
  t.match(await must('prefix', 'list', ...withKey), /88\.118/)
  const https = ['--server', `https://127.0.0.1:${s.node.httpsAddress!.port}`]
  const ca = ['--ca', join(s.dataDir, 'tls-cert.pem')]
  process.env['SUIBIAO_APIKEY'] = secret
  t.match(await must('prefix', 'list', ...https, ...ca), /88\.118/)
  delete process.env['SUIBIAO_APIKEY']
  const forbidden = await run('org', 'list', ...withKey)
  t.match(forbidden, { code: exitCodes.unknown, messages:
    'suibiao: that needs the right organisation:read; use a key or a user that has it\n' })
  t.match(await run('register', at('none'), ...withKey), { code: exitCodes.unknown,
    messages: /this key has no right to register/ })
  t.match(await must('apikey', 'list'), new RegExp(`^${id} +reports +20.* prefix:read$`, 'm'))
  t.match(await must('apikey', 'revoke', id), /^revoked reports /)
  t.match(await run('prefix', 'list', ...withKey), { code: exitCodes.unknown,
    messages: /is wrong or no longer valid; check it, or make a new key\n$/ })
  t.match(await must('apikey', 'create', 'shown', '--scope', 'prefix:read'), /^sbk_\S+\n$/)
})

t.test('what goes wrong is one line that says what to do', async (t) => {
  const { usage, failure, notFound, unknown } = exitCodes
  const cases: [string[], number, RegExp][] = [
    [['org', 'create', at('wrong.json')], failure,
      /^suibiao: the request breaks a rule: \/contact\/mobile: is no .*\(mobile\), .*; correct it/],
    [['org', 'join', at('join.json')], failure, /is registered already; find it with suibiao org/],
    [['apply', 'show', '88.118.77'], notFound, /there is no 88\.118\.77 .*; check it, or call/],
    [['prefix', 'suspend', '88.118.8'], failure, /give a reason; add --reason TEXT/],
    [['org', 'list', '--server', '127.0.0.1:1'], unknown, /can't be reached .*; check --server/],
    [['org', 'list', '--server', `https://127.0.0.1:${s.node.httpsAddress!.port}`,
      '--apikey-file', join(s.dataDir, 'desk-admin.json')], unknown,
    /does not verify \(\w+\); name the node's certificate with --ca/],
    [['org', 'list', '--server', 'http://desk.example'], usage, /over plain HTTP, .*write https/],
    [['org', 'list', '--server', 'https://desk.example'], usage,
      /another machine needs a key of its own; give --apikey-file or --user/],
    [['org', 'list', '--server', 'https://a:b@desk.example/x'], usage, /is no address/],
    [['org', 'list', '--data', `${s.dataDir}/none`], usage, /no API key in .*admin\.json; give/],
    [['org', 'list', '--apikey-file', at('join.json')], usage, /holds no "apiKey"; name another/],
    [['org', 'list', '--user', 'operator'], usage, /operator needs a password; give --password/],
    [['org', 'list', '--password-file', at('password')], usage, /needs --user NAME; add it/],
    [['org', 'create', at('password')], usage, /password is no JSON; correct it/],
    [['org', 'create', at('list.json')], usage, /is no JSON object; begin it with {/],
    [['org', 'create', at('nothing')], failure, /there is no such file/],
    [['route', 'set', '88.118.8'], usage, /there is no route; give --endpoint/],
    [['route', 'set', '88.118.8', '--endpoint', '192.0.2.7'], usage, /"192\.0\.2\.7" is no endp/],
    [['apikey', 'create', 'x', '--scope', 'everything'], usage, /There is no scope everything;/],
    [['template', 'create', '88.118', at('third.json')], usage, /names no "version"; add it/],
    [['register', s.dataDir], failure, /is a folder; name a file or -/],
  ]
  for (const [args, code, message] of cases) {
    const shown = await run(...args)
    t.equal(shown.code, code, args.join(' '))
    t.match(shown.messages, message)
    t.match(shown.messages, /^suibiao: [^\n]+\n$/)
  }
  const json = await run('org', 'create', at('wrong.json'), '--json')
  t.match(JSON.parse(json.output), { status: 422, code: 'invalid', errors: [{ rule: 'mobile' }] })
})

/** A desk that takes a stream and answers it with some lines, then breaks off or ends. */
async function runAgainst(t: Test, lines: readonly string[], ends: boolean) {
  const server = createServer((request, reply) => {
    if (request.url === '/v1/me') {
      reply.end(JSON.stringify({
        actor: 'x', organisation: 'x', level: 'top', role: 'operator', scopes: ['identifier:write'],
      }))
      return
    }
    request.resume().on('end', () => {
      reply.write(lines.join(''), () => {
        if (ends) reply.end()
        else reply.destroy()
      })
    })
  }).listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  writeFileSync(at('three.ndjson'), '{}\n{}\n{}\n')
  return run('register', at('three.ndjson'), '--server', `127.0.0.1:${port}`)
}

t.test('a stream that did not come to its end says how to go on', async (t) => {
  const refused = `${JSON.stringify({ line: 2, code: 'daily-limit', message: 'used up' })}\n`
  const summary = { read: 3, created: 1, replaced: 0, unchanged: 0, refused: 2 }
  const stopped = JSON.stringify({ summary: { ...summary, stopped: 'daily-limit' } })
  t.match(await runAgainst(t, [refused, `${stopped}\n`], true), {
    code: exitCodes.failure, output: /^3 lines read: 1 created, .* 2 refused\n$/,
    messages: 'suibiao: line 2: used up\n'
      + 'suibiao: the desk stopped (daily-limit); go on from line 2 when that is mended\n',
  })
  t.match(await runAgainst(t, [refused], false), {
    code: exitCodes.unknown, output: '',
    messages: /^suibiao: line 2: used up\nsuibiao: .+, after 3 lines were sent; .*--mode put/,
  })
})

t.test('another certificate is trusted beside the system’s', async (t) => {
  const args = ['org', 'list', '--server', `https://127.0.0.1:${s.node.httpsAddress!.port}`,
    '--apikey-file', join(s.dataDir, 'desk-admin.json')]
  const own = join(s.dataDir, 'tls-cert.pem')
  writeFileSync(at('other.pem'), '')
  const { code, messages } = await runProcess([...args, '--ca', at('other.pem')],
    { env: { NODE_EXTRA_CA_CERTS: own } })
  t.equal(code, exitCodes.ok, messages)
})
