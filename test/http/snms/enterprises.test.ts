import t from 'tap'
import { apply, PASSWORD, startSnms } from './setting.ts'

const s = await startSnms(t)
const { ask, adminToken } = s
const token = await s.joinEnterprise(8)

/** What is shown of what was sent: fields that were left empty are null. */
const shownOf = (sent: Record<string, unknown>) => Object.fromEntries(
  Object.entries(sent).map(([name, value]) => [name, SHOWN[name] ?? (value === '' ? null : value)]))
const SHOWN: Record<string, unknown> = {
  website: 'http://a.cn', legalCrtType: 1, orgDesc: null,
}
const REGISTERED = {
  entRegisterManageInfo: {
    entInfoSyses: [
      { sysType: 1, deployMode: 1, deployAddr: '某路', name: null, ipPort: '[127.0.0.1]:8080' },
      { sysType: 2, deployMode: 2, deployAddr: null, name: '某云', ipPort: null },
    ],
    servSysBuildType: 1, servSysBuildName: null, servSysOperType: 2, servSysOperName: '某运营',
    servSysBuildContractFileRid: null, servSysOperContractFileRid: null,
  },
  entHostingAndIdentifyServeInfo: {
    dataHostingOrg: '某托管', extDomain: 'snms.example.cn', extIpAddr: '192.0.2.1;2001:db8::1',
    entInfoSerIndustries: [{ industryCategory: 'I', industrySpecific: '65', industryTrade: null }],
    entInfoLicenses: [{ licenceType: 4, licenceNo: '4123' }],
  },
}

t.test('an enterprise, its prefix and its pages', async (t) => {
  t.match(await ask('POST', '/snms/api/v3/ent/apply', apply(9, { orgNature: 9 }), adminToken),
    { status: -2, message: /entBasicInfo.orgNature/ })
  t.match(await ask('POST', '/snms/api/v3/ent/apply', apply(8), adminToken), { status: -2 })
  const query = await ask('GET', '/snms/api/prefix/query?prefix=88.118.8', undefined, token)
  t.match(query, { status: 1, data: {
    prefix: '88.118.8', status: 1, entNameCn: '测试企业 8',
    ghrName: '工业互联网标识解析国家顶级节点', createDate: /^\S{10} \S{8}$/,
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

t.test('an enterprise whose administrator is a user that is there already', async (t) => {
  const path = '/snms/api/v3/ent/upgrade-apply'
  const { entBasicInfo, entRegisterManageInfo } = apply(12)
  const enterprise = { entBasicInfo, entRegisterManageInfo }
  const member = { userName: 'member', password: PASSWORD, role: 'operator' }
  await s.call('POST', '/v1/users', { body: member })
  const login = { username: 'member', password: PASSWORD }
  const before: string = (await ask('POST', '/identity/token', login)).data.token
  const body = { username: 'member', ...enterprise }
  t.match(await ask('POST', path, body), { status: -1 })
  t.match(await ask('POST', path, body, before), { status: -3 }, 'administrators only')
  t.match(await ask('POST', path, enterprise, adminToken), { status: -2, message: /username/ })
  for (const username of ['nobody', 'ent8', 'admin']) {
    t.match(await ask('POST', path, { ...body, username }, adminToken), { status: -2 }, username)
  }
  t.match(await ask('POST', path, { ...body, entBasicInfo: apply(8).entBasicInfo }, adminToken),
    { status: -2 }, 'the certificate is taken')
  t.match(await ask('POST', path, body, adminToken), { status: 1, data: true })
  t.match(await ask('POST', path, body, adminToken), { status: -2 }, 'once')
  t.match((await s.call('GET', '/v1/me', { secret: before })).status, 401, 'logged out')
  const { data } = await ask('POST', '/identity/token', login)
  t.match((await s.call('GET', '/v1/applications', { secret: data.token })).json.items,
    [{ prefix: '88.118.12', state: 'pending' }])
  t.match((await s.call('GET', '/v1/users', { secret: data.token })).json.items,
    [{ userName: 'member', role: 'administrator' }])
})

t.test('lists by date, in the time of Beijing', async (t) => {
  const enterprise = (query: string) => ask('GET',
    `/snms/api/v3/ent/page?orgName=测试企业 8&${query}`, undefined, adminToken)
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
  for (const query of ['startDate=x', 'endDate=2020-13-01', 'endDate=2020-02-30',
    'startDate=2020-1-1',
    'endDate=2020-02-02T00:00:00Z']) {
    t.match(await enterprise(query), { status: -2, message: /Date: 日期格式应为/ }, query)
    t.match(await prefix(query), { status: -2, data: null }, query)
  }
})
