import { createHash } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { Allowance, UNLIMITED } from '../../src/desk/allowance.ts'
import { check } from '../../src/desk/check.ts'
import { formatCreditCode, isCreditCode } from '../../src/desk/credit-code.ts'
import { GUANGDONG_CITIES, PROVINCES } from '../../src/desk/data/divisions.ts'
import { INDUSTRY_SECTIONS } from '../../src/desk/data/industry-sections.ts'
import { checkDivisions, formatDivisions } from '../../src/desk/division.ts'
import { AddressCounts } from '../../src/desk/guesses.ts'
import { isIdentityCardNumber } from '../../src/desk/identity-card.ts'
import { findIndustry, formatIndustry } from '../../src/desk/industry.ts'
import { chooseLanguage } from '../../src/desk/language.ts'
import { refusalText } from '../../src/desk/messages.ts'
import { organisationBody } from '../../src/desk/organisation.ts'
import { hashPassword, isPassword } from '../../src/desk/password.ts'
import { hidePersonal, maskText } from '../../src/desk/personal.ts'
import { parsePrefixCode } from '../../src/desk/prefix-code.ts'
import { DeskRefusal, REFUSAL_CODES } from '../../src/desk/refusal.ts'
import { route } from '../../src/desk/route.ts'
import { checkAgainstTemplate, createTemplate, templateBody } from '../../src/desk/template.ts'
import { organisation } from './setting.ts'

/** The rules that a value breaks, as pointer and rule. */
const brokenBy = (value: unknown, schema: Parameters<typeof check>[0] = organisationBody) => {
  try {
    check(schema, value, 'body', 'en')
    return []
  } catch (error) {
    if (!(error instanceof DeskRefusal)) throw error
    return (error.details.issues?.('en') ?? []).map(({ pointer, rule }) => `${pointer} ${rule}`)
  }
}

t.test('a credit code has one right check character', async (t) => {
  t.ok(isCreditCode('91350100M000100Y43'), 'the example of GB 32100')
  fc.assert(fc.property(fc.integer({ min: 0, max: 9999 }), fc.nat(17), fc.nat(30), (n, at, by) => {
    const code = formatCreditCode('440106', n)
    const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
    const other = alphabet[(alphabet.indexOf(code[at]!) + 1 + (by % 30)) % 31]!
    return isCreditCode(code) && !isCreditCode(code.slice(0, at) + other + code.slice(at + 1))
  }))
})

t.test('an identity number has one right check character', async (t) => {
  t.ok(isIdentityCardNumber('11010519491231002X'), 'the example of GB 11643')
  for (const wrong of ['110105194912310021', '11010519491231002x', '1101051949123100']) {
    t.notOk(isIdentityCardNumber(wrong), wrong)
  }
})

t.test('the industries are all there', async (t) => {
  const divisions = Object.values(INDUSTRY_SECTIONS).flatMap(({ divisions }) =>
    Object.keys(divisions))
  t.same(divisions.sort(), Array.from({ length: 97 }, (_, i) => String(i + 1).padStart(2, '0')))
  t.same(Object.keys(INDUSTRY_SECTIONS).join(''), 'ABCDEFGHIJKLMNOPQRST')
  t.equal(formatIndustry('C3491'), 'C 制造业 / 34 通用设备制造业')
  t.equal(findIndustry('C62'), undefined, 'a division of another section')
  t.equal(findIndustry('C3'), undefined)
})

t.test('places lie inside the one above', async (t) => {
  t.equal(Object.keys(PROVINCES).length, 34)
  t.equal(Object.keys(GUANGDONG_CITIES).length, 21)
  const place = (province: string, city: string, district?: string) =>
    checkDivisions({ province, city, district })
  t.equal(place('440000', '440100', '440106'), undefined)
  t.equal(place('440000', '441900'), undefined, 'a city without districts')
  t.equal(place('320000', '320500', '320583'), undefined, 'known by its form')
  t.equal(place('990000', '990100'), 'province')
  t.equal(place('440000', '320100'), 'city')
  t.equal(place('440000', '441000'), 'city')
  t.equal(place('440000', '440100', '440305'), 'district')
  t.equal(place('440000', '440100', '440199'), 'district')
  t.equal(formatDivisions({ province: '440000', city: '440100', district: '440106' }),
    '广东省 广州市 天河区')
})

t.test('an organisation is checked field by field', async (t) => {
  t.same(brokenBy(organisation(1)), [])
  const cases: [object, string][] = [
    [{ certificate: { type: 'credit-code', number: '91440106000000010X' } },
      '/body/certificate/number credit-code'],
    [{ industry: 'C62' }, '/body/industry industry'],
    [{ address: { province: '440000', city: '320100', detail: 'x' } },
      '/body/address/city division'],
    [{ contact: { name: '李', mobile: '12345', email: 'li@example.cn' } },
      '/body/contact/mobile mobile'],
    [{ contact: { name: '李', mobile: '13900000000', email: 'li@' } },
      '/body/contact/email invalid_format:email'],
    [{ establishedOn: '2026-02-30' }, '/body/establishedOn invalid_format:date'],
    [{ establishedOn: '2026-02-01', validUntil: '2020-01-01' }, '/body/validUntil later-than'],
    [{ external: { ipv4: ['::1'] } }, '/body/external/ipv4/0 ip-address'],
    [{ external: { domains: ['a'] } }, '/body/external/domains/0 domain'],
    [{ name: '' }, '/body/name too_small:1'],
    [{ name: 'a\u0000b' }, '/body/name control-characters'],
    [{ website: 'javascript:alert(1)' }, '/body/website invalid_format:url'],
    [{ extra: 1 }, '/body unrecognized_keys:extra'],
  ]
  for (const [rest, broken] of cases) t.same(brokenBy(organisation(1, rest)), [broken])
})

t.test('errors are told in the language that was asked for', async (t) => {
  t.equal(chooseLanguage('zh-CN,zh;q=0.9,en;q=0.8'), 'zh')
  t.equal(chooseLanguage('fr, en;q=0.5, zh;q=0.4'), 'en')
  t.equal(chooseLanguage(undefined), 'en')
  t.equal(chooseLanguage(';;;q=9,zh;q=x'), 'en')
  for (const code of REFUSAL_CODES) {
    t.match(refusalText(code, 'zh', 'x'), /\p{Script=Han}/u, code)
    t.notMatch(refusalText(code, 'en', 'x'), /\p{Script=Han}/u, code)
  }
})

t.test('personal data are masked or left out', async (t) => {
  const body = organisationBody.parse(organisation(1))
  const masked = hidePersonal(organisationBody, body, 'mask') as Record<string, any>
  t.equal(masked['contact'].mobile, '139****0000')
  t.equal(masked['legalPerson'].idNumber, '110***********002X')
  t.equal(masked['name'], body.name)
  const omitted = hidePersonal(organisationBody, body, 'omit')
  const text = JSON.stringify(omitted)
  for (const secret of ['张三', '13800000000', '11010519491231002X', '李四', 'li@example.cn']) {
    t.notOk(text.includes(secret), secret)
  }
  t.ok(text.includes(body.name))
  fc.assert(fc.property(fc.string({ minLength: 1 }), (text) =>
    Array.from(text).length < 2 || maskText(text) !== text || /^\*|^.\*+$/u.test(text)))
})

t.test('prefixes follow the rules of the code', async (t) => {
  t.same(parsePrefixCode('88.118.8'), { prefix: '88.118.8', level: 'enterprise', parent: '88.118' })
  t.same(parsePrefixCode('88.118'), { prefix: '88.118', level: 'secondary', parent: '88' })
  t.same(parsePrefixCode('88'), { prefix: '88', level: 'top', parent: null })
  for (const wrong of ['', '8', '88.', '88.1', '88.118.', '88.118.8.1', '88.118.x', '88.118.８',
    `88.118.${'1'.repeat(21)}`]) {
    t.equal(parsePrefixCode(wrong), undefined, wrong)
  }
})

t.test('a route needs an address and a port, none twice', async (t) => {
  const broken = (endpoints: object[]) => brokenBy({ endpoints }, route)
  t.same(broken([{ ip: '192.0.2.1', tcpPort: 2641 }]), [])
  t.same(broken([{ ip: '192.0.2.1' }]), ['/body/endpoints/0/tcpPort endpoint-port'])
  t.same(broken([{ ip: '192.0.2.999', tcpPort: 1 }]), ['/body/endpoints/0/ip ip-address'])
  t.same(broken([{ ip: '::1', tcpPort: 1 }, { ip: '0:0::1', tcpPort: 1 }]),
    ['/body/endpoints/1/ip duplicate'])
  t.same(broken([{ ip: '::1', tcpPort: 70_000 }]),
    ['/body/endpoints/0/tcpPort too_big:65535'])
})

const template = createTemplate(templateBody.parse({
  version: 'v1',
  items: [
    { name: '名称', type: 'NAME', index: 2000, dataType: 'text', required: true, maxLength: 5 },
    { name: '重量', type: 'WEIGHT', index: 2001, dataType: 'number' },
    { name: '日期', type: 'DATE', index: 2002, dataType: 'date' },
    { name: '部件', type: 'PART', index: 2003, dataType: 'reference' },
    { name: '旧项', type: 'OLD', index: 2004, dataType: 'text', disabled: true, required: true },
  ],
}))

t.test('a template says which rule each value breaks', async (t) => {
  const faults = (...values: [number, string, string][]) =>
    checkAgainstTemplate(template, values.map(([index, type, text]) => ({ index, type, text })))
      .map(({ at, item, rule }) => `${at ?? '-'} ${item} ${rule}`)
  t.same(faults([2000, 'NAME', 'abc'], [2001, 'WEIGHT', '1.5']), [])
  t.same(faults(), ['- NAME item-required'])
  t.same(faults([2000, 'NAME', 'abcdef']), ['0 NAME item-length'])
  t.same(faults([2000, 'NAME', '']), ['0 NAME item-required'])
  t.same(faults([2000, 'NAME', 'a'], [2001, 'WEIGHT', 'x']), ['1 WEIGHT item-type'])
  t.same(faults([2000, 'NAME', 'a'], [2002, 'DATE', '2026-13-01']), ['1 DATE item-type'])
  t.same(faults([2000, 'NAME', 'a'], [2003, 'PART', 'x y/z']), ['1 PART item-type'])
  t.same(faults([2000, 'NAME', 'a'], [2004, 'OLD', 'x']), ['1 OLD item-disabled'])
  t.same(faults([2000, 'NAME', 'a'], [2009, 'NEW', 'x']), ['1 NEW item-unknown'])
  t.same(faults([2001, 'NAME', 'a']), ['0 NAME item-unknown', '- NAME item-required'])
})

t.test('an allowance gives so many a second and so many a day', async (t) => {
  const perSecond = new Allowance()
  const quota = { ...UNLIMITED, requestsPerSecond: 2 }
  t.same([0, 0, 0].map((ms) => perSecond.take(quota, ms)?.reason), [undefined, undefined, 'rate'])
  t.equal(perSecond.take(quota, 500), undefined, 'half a second fills one')
  t.equal(perSecond.take(quota, 500)?.retryAfterSeconds, 1)
  const perDay = new Allowance()
  const daily = { ...UNLIMITED, requestsPerDay: 1 }
  const noon = Date.parse('2026-03-01T12:00:00+08:00')
  t.equal(perDay.take(daily, noon), undefined)
  t.same(perDay.take(daily, noon), { reason: 'daily', retryAfterSeconds: 12 * 3600 })
  t.equal(perDay.take(daily, noon + 12 * 3_600_000), undefined, 'a new day in Beijing')
})

t.test('addresses are counted for a while, and only so many', async (t) => {
  const counts = new AddressCounts(2, 1000, 2)
  counts.add('a', 0)
  t.equal(counts.waitSeconds('a', 0), 0)
  counts.add('a', 0)
  t.equal(counts.waitSeconds('a', 0), 1)
  t.equal(counts.waitSeconds('a', 1000), 0)
  counts.add('b', 0)
  counts.add('c', 0)
  t.equal(counts.waitSeconds('a', 0), 0, 'the oldest was forgotten')
})

t.test('a password is known by its hash alone', async (t) => {
  const hash = await hashPassword('Guangzhou-2026')
  t.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  t.notOk(hash.includes('Guangzhou'))
  t.ok(await isPassword('Guangzhou-2026', hash))
  const digest = createHash('sha256').update('Guangzhou-2026').digest('hex')
  t.ok(await isPassword(digest, hash), 'as older clients send it')
  t.notOk(await isPassword('guangzhou-2026', hash))
  t.notOk(await isPassword('Guangzhou-2026', null))
  t.notOk(await isPassword('x', 'no hash at all'))
})
