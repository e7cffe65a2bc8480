import fc from 'fast-check'
import t from 'tap'
import {
  type Authorization, formatIdentity, parseAuthorization, parseIdentity,
} from '../../../src/http/administration/authorization.ts'
import { IDENTIFIER_BYTES_MAX } from '../../../src/identifier/limits.ts'
import { holds } from '../../support/property.ts'

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
const shown = (authorization: Authorization): string =>
  authorization.kind === 'basic'
    ? `${formatIdentity(authorization.identity)} | ${authorization.secret.toString()}`
    : authorization.kind
const fieldsOf = (header: string): unknown => {
  const authorization = parseAuthorization(header)
  return authorization.kind === 'handle' ? Object.fromEntries(authorization.fields) : null
}

t.test('Basic: the user encoded in all the ways that clients know', async (t) => {
  const cases: [user: string, expected: string][] = [
    ['301%3A1234/ADMIN:secret', '301:1234/ADMIN | secret'],
    ['301%3A1234%2FADMIN:secret', '301:1234/ADMIN | secret'],
    ['301%3a0.na%2f88:', '301:0.na/88 | '],
    ['301%3A1234/ADMIN:a:b c', '301:1234/ADMIN | a:b c'],
    ['301:1234/ADMIN:secret', '301:1234/ADMIN | secret'],
    ['301:1234%2FADMIN:a:b', '301:1234/ADMIN | a:b'],
    ['301%3A88/%E9%83%A8:密码', '301:88/部 | 密码'],
    ['301:88/a%20b:x', '301:88/a%20b | x'],
    ['301', 'malformed'], ['301:1234/ADMIN', 'malformed'], ['1234/ADMIN:x', 'malformed'],
    ['x%3A1234/A:y', 'malformed'], ['%:x', 'malformed'], ['-1%3A88/A:x', 'malformed'],
    ['4294967296%3A88/A:x', 'malformed'], ['301%3A:x', 'malformed'], ['301%3A/:x', 'malformed'],
    [':', 'malformed'], ['', 'malformed'],
  ]
  for (const [user, expected] of cases) {
    t.equal(shown(parseAuthorization(basic(user))), expected, user)
  }
  t.equal(shown(parseAuthorization('basic MzAxJTNBOTkvQTp4')), '301:99/A | x', 'any case')
  t.equal(shown(parseAuthorization('Basic not base64!')), 'malformed')
  const bytes = Buffer.concat([Buffer.from('301%3A88/A:'), Buffer.from('ff00fe', 'hex')])
  t.match(parseAuthorization(`Basic ${bytes.toString('base64')}`), {
    secret: Buffer.from('ff00fe', 'hex'),
  }, 'a secret is bytes')
})

t.test('Handle: members quoted or not, in any order', async (t) => {
  t.same(fieldsOf('Handle version="0", sessionId="a-b", cnonce="aGk=", id="300:0.NA/12345"'), {
    version: '0', sessionid: 'a-b', cnonce: 'aGk=', id: '300:0.NA/12345',
  })
  t.same(fieldsOf('handle sessionId=abc==,alg=SHA256 , type="HS_PUBKEY"'), {
    sessionid: 'abc==', alg: 'SHA256', type: 'HS_PUBKEY',
  })
  t.same(fieldsOf('Handle id="a\\"b\\\\c"'), { id: 'a"b\\c' })
  t.same(fieldsOf('Handle'), {})
  for (const bad of ['Handle a', 'Handle a="b', 'Handle a=b c=d', 'Handle a=1, a=2', 'Handle =x']) {
    t.equal(parseAuthorization(bad).kind, 'malformed', bad)
  }
})

t.test('no header, and schemes of others', async (t) => {
  t.equal(parseAuthorization(undefined).kind, 'none')
  for (const other of ['Bearer abc', 'Negotiate', '', 'Basically x']) {
    t.equal(parseAuthorization(other).kind, 'other', other)
  }
})

t.test('an identity is read back as it was written, encoded or not', async (t) => {
  const handles = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
    .map((suffix) => `88.1/${suffix}`)
    .filter((handle) => !/\p{Cc}/u.test(handle) && Buffer.byteLength(handle) < IDENTIFIER_BYTES_MAX)
  holds(t, 'both ways', fc.property(fc.nat(0xffffffff), handles, (index, handle) => {
    const raw = formatIdentity({ index, handle })
    for (const text of [raw, encodeURIComponent(raw)]) {
      const read = parseIdentity(text)
      if (read?.index !== index || read.handle !== handle) return false
    }
    return true
  }))
})

t.test('no header breaks the reader', async (t) => {
  const headers = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.string().map((text) => `Handle ${text}`),
    fc.array(fc.constantFrom('a', '=', '"', ',', '\\', ' ', 'sessionId')).map(
      (parts) => `Handle ${parts.join('')}`),
    fc.string({ unit: 'binary' }).map(basic),
  )
  holds(t, 'it says one of its kinds', fc.property(headers, (header) =>
    ['none', 'basic', 'handle', 'malformed', 'other'].includes(parseAuthorization(header).kind)))
})
