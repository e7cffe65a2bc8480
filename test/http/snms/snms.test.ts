import t from 'tap'
import { apply, sha256, startSnms } from './setting.ts'

const s = await startSnms(t)
const { ask } = s
const token = await s.joinEnterprise(8)

t.test('logging in: with a password, its digest, or an API key', async (t) => {
  t.match(await ask('POST', '/identity/token', { username: 'admin', password: 'wrong-wrong-1' }),
    { status: -2, message: '用户名/密码错误！', data: null })
  t.match(await ask('POST', '/identity/token', {
    username: 'admin', password: sha256(s.admin.password) }), { status: 1 })
  t.match(await ask('POST', '/identity/token', {}), { status: -2 })
  const key = (await s.call('POST', '/v1/keys', {
    body: { name: 'app', scopes: ['prefix:read'] } })).json
  const day = new Date(Date.now() + 28_800_000).toISOString().slice(0, 10)
  const digest = sha256(sha256(key.secret) + day)
  for (const [path, password] of [['/identity/token', key.secret],
    ['/identity/token/v1', digest]] as const) {
    const { data } = await ask('POST', path, { username: key.id, password })
    t.match((await s.call('GET', '/v1/me', { secret: data.token })).json,
      { actor: `key:${key.id}` })
  }
  t.match(await ask('POST', '/identity/token/v1', { username: key.id, password: sha256('x') }),
    { status: -2 })
  await s.call('DELETE', `/v1/keys/${key.id}`)
  t.match(await ask('POST', '/identity/token/v1', { username: key.id, password: digest }),
    { status: -2 }, 'revoked')
})

t.test('who is not logged in, or may not', async (t) => {
  t.match(await ask('GET', '/snms/api/prefix/query?prefix=88.118'), { status: -1 })
  t.match(await ask('POST', '/snms/api/v3/ent/apply', apply(1)), { status: -1 })
})

const template = {
  prefix: '88.118.8', version: '1.0', industryCategory: 'C', industrySpecific: '35',
  industryTrade: '351', industrySubclass: '3511', type: 2, description: '测试模板',
  items: [
    { name: '名称', idType: 'name', idIndex: '2000', required: true,
      metadata: { type: 'string', minLength: 1, maxLength: 10 } },
    { name: '网址', idType: 'URL', idIndex: 2001, metadata: { minLength: 0, maxLength: 50 } },
  ],
}

t.test('templates', async (t) => {
  for (const version of ['v3', 'v5']) {
    const path = `/snms/api/${version}/template`
    const named = { ...template, version }
    t.match(await ask('POST', path, named, token), { status: 1, data: true })
    t.match(await ask('POST', path, named, token), { status: -2 })
    const at = `${path}?prefix=88.118.8&version=${version}`
    const { data } = await ask('GET', at, undefined, token)
    t.match(data, { version, industryCategory: 'C', industrySpecific: '35', industryTrade: '351',
      industrySubclass: '3511', type: 2, items: [
        { idType: 'name', idIndex: 2000, required: true, state: 1, metadata: { maxLength: 10 } }] })
    t.match(await ask('PUT', path, named, token), { status: -2 })
    t.match(await ask('DELETE', path, { prefix: '88.118.8', version }, token), { status: 1 })
  }
  t.match(await ask('POST', '/snms/api/v5/template', template, token), { status: 1 })
  t.match(await ask('POST', '/snms/api/v5/template', { ...template, type: 3 }, token),
    { status: -2, message: /^type: \S+/, data: null })
})

const item = (suffix: string, name = '小型机械', rest: object = {}) => ({
  handle: `88.118.8/${suffix}`, templateVersion: '1.0',
  value: [{ index: 2000, type: 'name', auth: '', data: { format: 'string', value: name } }],
  ...rest,
})

t.test('an identifier is registered, shown, updated, deleted', async (t) => {
  t.same(await ask('POST', '/identityv2/data', item('A'), token),
    { message: 'success', status: 1, data: true })
  t.match(await ask('POST', '/identityv2/data', item('A'), token),
    { status: -2, message: '标识已存在', data: null })
  t.match(await ask('PUT', '/identityv2/data', item('A', '新名'), token), { status: 1 })
  const { data } = await ask('GET', '/identityv2/data/detail?handle=88.118.8/A', undefined, token)
  t.match(data, { prefix: '88.118.8', handle: '88.118.8/A', templateVersion: '1.0' })
  t.match(await ask('GET', '/identityv2/data/detail', undefined, token),
    { status: -2, message: '缺少必要的请求参数: handle' })
  t.same(data.value.map((one: any) => [one.index, one.type, one.data]), [
    [2000, 'name', { format: 'string', value: '新名' }],
    [1001, 'TEMPLATE', { format: 'string', value: '1.0' }],
  ])
  t.match(await ask('PUT', '/identityv2/data', item('NONE'), token),
    { status: -2, message: '标识不存在' })
  for (const bad of [
    item('B', '名'.repeat(11)), item('B', '', {}), { ...item('B'), templateVersion: 'none' },
    { ...item('B'), value: [{ index: 1001, type: 'x', data: { format: 'string', value: '' } }] },
    { ...item('B'), handle: 'x'.repeat(256) }, null, [],
  ]) t.match(await ask('POST', '/identityv2/data', bad, token), { status: -2, data: null })
  t.match(await ask('DELETE', '/identityv2/data', { handle: '88.118.8/A' }, token), { status: 1 })
  t.match(await ask('DELETE', '/identityv2/data', { handle: '88.118.8/A' }, token),
    { status: -2, message: '标识不存在' })
})

t.test('batches: results in order, safe to repeat, no more than 2,000', async (t) => {
  const items = Array.from({ length: 2_000 }, (_unused, i) =>
    i === 3 ? { ...item('M3'), templateVersion: 'none' } : item(`M${i}`))
  const first = await ask('POST', '/identityv2/data/batchCreate', items, token)
  t.equal(first.status, 1)
  t.equal(first.data.length, 2_000)
  t.same(first.data[0], { handle: '88.118.8/M0', msg: 'success' })
  t.match(first.data[3].msg, /模板/)
  const again = await ask('POST', '/identityv2/data/batchCreate', items, token)
  t.same(new Set(again.data.map((one: any) => one.msg)).size, 2)
  t.equal(again.data[1_999].msg, '标识已存在', 'it was registered the first time')
  t.match(await ask('POST', '/identityv2/data/batchCreate', [...items, item('X')], token),
    { status: -2, message: /2000/ })
  const twice = [item('D'), item('D'), item('M0')]
  t.same((await ask('POST', '/identityv2/data/batchCreate', twice, token)).data
    .map((one: any) => one.msg), ['success', '标识已存在', '标识已存在'])
  t.same((await ask('PUT', '/identityv2/data/batchUpdate', [item('D', 'y'), item('Q')], token)).data
    .map((one: any) => one.msg), ['success', '标识不存在'])
  t.same((await ask('DELETE', '/identityv2/data/batchDelete', ['88.118.8/D', '88.118.8/D', 'x'],
    token)).data, [
    { handle: '88.118.8/D', code: 1, msg: 'success' },
    { handle: '88.118.8/D', code: -2, msg: '标识不存在' },
    { handle: 'x', code: -2, msg: '标识不存在' },
  ])
  t.match(await ask('POST', '/identityv2/data/batchCreate', items), { status: -1 })
  const unsound = await ask('POST', '/identityv2/data/batchCreate', [
    { ...item('E'), value: 'x' }, null, { ...item('E'), templateVersion: '' },
  ], token)
  t.match(unsound.data, [
    { handle: '88.118.8/E', msg: /^value: .*数组/ }, { handle: '', msg: /^无效输入/ },
    { handle: '88.118.8/E', msg: /^templateVersion: / },
  ])
})

t.test('a self-built enterprise node sets its route', async (t) => {
  const config = { entPrefixConfig: {
    entPrefix: '88.118.8', hdlType: 'HS_SITE', ipType: 4, ip: '192.0.2.9', tcpPort: '2643',
    udpPort: '', httpPort: '' } }
  t.match(await ask('POST', '/snms/api/ent/config', config, token), { status: 1, data: true })
  const prefix = await s.call('GET', '/api/handles/0.NA/88.118.8', { secret: null })
  t.equal(prefix.json.values[0].data.value.servers[0].interfaces[0].port, 2643)
  t.match(await ask('POST', '/snms/api/ent/config', { entPrefixConfig: {} }, token), { status: -2 })
})
