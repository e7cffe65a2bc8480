import { createHash } from 'node:crypto'
import t from 'tap'
import { formatCreditCode } from '../../../src/desk/credit-code.ts'
import { startDesk } from '../desk/setting.ts'

const s = await startDesk(t)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const PASSWORD = 'Guangzhou-2026'

/** A call of the interface: always HTTP 200, always the envelope. */
const ask = async (method: string, path: string, body?: unknown, secret: string | null = null) => {
  const answer = await s.ask(method, path, { secret, body })
  const members = Object.keys(answer.json ?? {}).sort().join()
  if (answer.status !== 200 || members !== 'data,message,status') {
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
  }
  return answer.json as { status: number; message: string; data: any }
}

const apply = (number: number, rest: object = {}) => ({
  sysUser: {
    userName: `ent${number}`, password: sha256(PASSWORD), email: 'a@example.cn',
    mobile: '13165157233', remarks: '',
  },
  entBasicInfo: {
    orgName: `测试企业 ${number}`, orgNature: 2, orgAddr: '某路 1 号', orgAddrProvince: '440000',
    orgAddrCity: '440100', orgAddrCounty: '440106', orgCrtType: 1,
    orgCrtCode: formatCreditCode('440106', number), orgCrtImgRid: 7, orgDesc: '', website: 'a.cn',
    industryCategory: 'C', industrySpecific: '35', regAuthority: '', regCapital: 1200,
    establishDate: '2012-01-06', periodValidity: '2032-01-05',
    contactName: '张三', contactCrtType: 1, contactCrtNo: '11010519491231002X',
    contactEmail: 'z@example.cn', contactPhone: '13965757203',
    legalName: '王五', legalCrtType: '1', legalCrtNo: '11010519491231002X', legalFax: '',
    entPrefix: `88.118.${number}`, ...rest,
  },
  entRegisterManageInfo: {
    entInfoSyses: [
      { sysType: 1, deployMode: 1, deployAddr: '某路', ipPort: '[127.0.0.1]:8080' },
      { sysType: 2, deployMode: 2, name: '某云' },
    ],
    servSysBuildType: 1, servSysOperType: 2, servSysOperName: '某运营',
  },
  entHostingAndIdentifyServeInfo: {
    dataHostingOrg: '某托管', extDomain: 'snms.example.cn', extIpAddr: '192.0.2.1;2001:db8::1',
    entInfoSerIndustries: [{ industryCategory: 'I', industrySpecific: '65' }],
    entInfoLicenses: [{ licenceType: 4, licenceNo: '4123' }],
  },
})

/** What is shown of what was sent: fields that were left empty are null. */
const shownOf = (sent: Record<string, unknown>) => Object.fromEntries(
  Object.entries(sent).map(([name, value]) => [name, SHOWN[name] ?? (value === '' ? null : value)]))
const SHOWN: Record<string, unknown> = {
  orgCrtImgRid: '7', website: 'http://a.cn', legalCrtType: 1, orgDesc: null,
}
const REGISTERED = {
  entRegisterManageInfo: {
    entInfoSyses: [
      { sysType: 1, deployMode: 1, deployAddr: '某路', name: null, ipPort: '[127.0.0.1]:8080' },
      { sysType: 2, deployMode: 2, deployAddr: null, name: '某云', ipPort: null },
    ],
    servSysBuildType: 1, servSysBuildName: null, servSysOperType: 2, servSysOperName: '某运营',
  },
  entHostingAndIdentifyServeInfo: {
    dataHostingOrg: '某托管', extDomain: 'snms.example.cn', extIpAddr: '192.0.2.1;2001:db8::1',
    entInfoSerIndustries: [{ industryCategory: 'I', industrySpecific: '65', industryTrade: null }],
    entInfoLicenses: [{ licenceType: 4, licenceNo: '4123' }],
  },
}

const admin = await ask('POST', '/identity/token', {
  username: 'admin', password: s.admin.password })
const adminToken: string = admin.data.token

/** Takes an enterprise on, has it approved and hosted. @returns its token */
async function joinEnterprise(number: number): Promise<string> {
  const applied = await ask('POST', '/snms/api/v3/ent/apply', apply(number), adminToken)
  if (applied.status !== 1) throw new Error(applied.message)
  const list = await s.ask('GET', '/v1/applications?state=pending')
  const { id } = list.json.items[0]
  for (let i = 0; i < 2; i++) {
    await s.ask('POST', `/v1/applications/${id}/actions`, { body: { action: 'approve' } })
  }
  const { data } = await ask('POST', '/identity/token', {
    username: `ent${number}`, password: PASSWORD })
  const config = { proxyServerId: 1, entPrefixConfig: { entPrefix: `88.118.${number}` } }
  await ask('POST', '/snms/api/ent/config', config, data.token)
  await s.ask('POST', `/v1/prefixes/88.118.${number}/hosting`, { body: { action: 'approve' } })
  return data.token
}

const token = await joinEnterprise(8)

t.test('logging in: with a password, its digest, or an API key', async (t) => {
  t.match(await ask('POST', '/identity/token', { username: 'admin', password: 'wrong-wrong-1' }),
    { status: -2, message: '用户名/密码错误！', data: null })
  t.match(await ask('POST', '/identity/token', {
    username: 'admin', password: sha256(s.admin.password) }), { status: 1 })
  t.match(await ask('POST', '/identity/token', {}), { status: -2 })
  const key = (await s.ask('POST', '/v1/keys', {
    body: { name: 'app', scopes: ['prefix:read'] } })).json
  const day = new Date(Date.now() + 28_800_000).toISOString().slice(0, 10)
  const digest = sha256(sha256(key.secret) + day)
  for (const [path, password] of [['/identity/token', key.secret],
    ['/identity/token/v1', digest]] as const) {
    const { data } = await ask('POST', path, { username: key.id, password })
    t.match((await s.ask('GET', '/v1/me', { secret: data.token })).json, { actor: `key:${key.id}` })
  }
  t.match(await ask('POST', '/identity/token/v1', { username: key.id, password: sha256('x') }),
    { status: -2 })
  await s.ask('DELETE', `/v1/keys/${key.id}`)
  t.match(await ask('POST', '/identity/token/v1', { username: key.id, password: digest }),
    { status: -2 }, 'revoked')
})

t.test('who is not logged in, or may not', async (t) => {
  t.match(await ask('GET', '/snms/api/prefix/query?prefix=88.118'), { status: -1 })
  t.match(await ask('POST', '/snms/api/v3/ent/apply', apply(1)), { status: -1 })
})

t.test('an enterprise, its prefix and its pages', async (t) => {
  t.match(await ask('POST', '/snms/api/v3/ent/apply', apply(9, { orgNature: 9 }), adminToken),
    { status: -2, message: /entBasicInfo.orgNature/ })
  t.match(await ask('POST', '/snms/api/v3/ent/apply', apply(8), adminToken), { status: -2 })
  const query = await ask('GET', '/snms/api/prefix/query?prefix=88.118.8', undefined, token)
  t.match(query, { status: 1, data: {
    prefix: '88.118.8', status: 1, entNameCn: '测试企业 8',
    entIndustry: 'C 制造业 / 35 专用设备制造业', entAddrCn: '广东省 广州市 天河区 某路 1 号' } })
  t.notMatch(JSON.stringify(query), /13965757203|张三/)
  t.match(await ask('GET', '/snms/api/prefix/query?prefix=88.118.7', undefined, token),
    { status: -2, data: null })
  const page = await ask('GET', '/snms/api/prefix/page?currentPage=1&pageSize=5', undefined, token)
  t.match(page.data, { totalElements: 1, content: [{ entPrefix: '88.118.8', proxyState: 4 }] })
  const all = await ask('GET', '/snms/api/prefix/page', undefined, adminToken)
  t.match(all.data.content, [
    { entPrefix: '88.118', entName: /\S/ }, { entPrefix: '88.118.8', entName: '测试企业 8' },
  ])
  const second = '/snms/api/prefix/page?currentPage=2&pageSize=1'
  t.match((await ask('GET', second, undefined, adminToken)).data, {
    content: [{ entPrefix: '88.118.8' }], number: 1, size: 1, totalElements: 2, totalPages: 2 })
  const ents = await ask('GET', '/snms/api/v3/ent/page?orgName=8', undefined, adminToken)
  t.equal(ents.data.totalElements, 2, 'the operator 88.118 has an 8 in its name as well')
  const { id } = ents.data.content.find((one: any) => one.orgName === '测试企业 8')
  t.match(await ask('GET', `/snms/api/v3/ent/detail?id=${id}`, undefined, adminToken),
    { data: { entBasicInfo: shownOf(apply(8).entBasicInfo), ...REGISTERED } })
})

t.test('lists by date, in the time of Beijing', async (t) => {
  const enterprise = (query: string) => ask('GET',
    `/snms/api/v3/ent/page?orgName=测试企业&${query}`, undefined, adminToken)
  const prefix = (query: string) => ask('GET', `/snms/api/prefix/page?${query}`, undefined,
    adminToken)
  const { data } = await enterprise('')
  t.match(data, { first: true, last: true, sort: null, numberOfElements: 1, totalElements: 1,
    content: [{ orgNature: 2, orgCrtType: 1, orgCrtCode: apply(8).entBasicInfo.orgCrtCode }] })
  const { createDate } = data.content[0]
  t.match(createDate, /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/)
  const age = Date.now() + 28_800_000 - Date.parse(`${createDate.replace(' ', 'T')}Z`)
  t.ok(age >= 0 && age < 120_000, `${createDate} is a moment ago`)
  const day = createDate.slice(0, 10)
  for (const [query, count] of [
    ['startDate=&endDate=', 1], [`startDate=${createDate}&endDate=${createDate}`, 1],
    [`startDate=${day}&endDate=${day}`, 1], ['startDate=2099-01-01 00:00:00', 0],
    ['endDate=2020-01-01', 0],
  ] as const) {
    t.equal((await enterprise(query)).data.totalElements, count, query)
    const found = await prefix(`entPrefix=118.8&entName=测试企业&${query}`)
    t.equal(found.data.totalElements, count, query)
  }
  t.equal((await prefix('entName=没有')).data.totalElements, 0)
  t.match((await prefix('')).data.content[0], { createDate: /^\S{10} \S{8}$/ })
  for (const query of ['startDate=x', 'endDate=2020-13-01', 'startDate=2020-1-1',
    'endDate=2020-02-02T00:00:00Z']) {
    t.match(await enterprise(query), { status: -2, message: /Date: 日期格式应为/ }, query)
    t.match(await prefix(query), { status: -2, data: null }, query)
  }
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
  const prefix = await s.ask('GET', '/api/handles/0.NA/88.118.8', { secret: null })
  t.equal(prefix.json.values[0].data.value.servers[0].interfaces[0].port, 2643)
  t.match(await ask('POST', '/snms/api/ent/config', { entPrefixConfig: {} }, token), { status: -2 })
})
