import { createHash } from 'node:crypto'
import t from 'tap'
import { AnswerBuffer } from '../../src/wire/response.ts'
import {
  createAnswererSetting, requestFor, requestId, responseCode, SITE_BYTES,
} from '../support/native.ts'

const ask = (request: Buffer) => {
  const setting = createAnswererSetting()
  const out = new AnswerBuffer(64)
  const fate = setting.answerer.answer(request, 0, request.length, out)
  return { fate, answer: out.take(), counts: setting.counters.read() }
}

const patched = (change: (request: Buffer) => void): Buffer => {
  const request = requestFor('88.118.8/P1', { requestId: 77 })
  change(request)
  return request
}

t.test('a found record, byte for byte', async (t) => {
  const { answer } = ask(requestFor('88.118.8/p1', { requestId: 0x01020304 }))
  const body =
    '0000000b38382e3131382e382f7031' + '00000001' +
    '00000001' + '00000000' + '00' + '00015180' + '0e' +
    '00000003' + '55524c' + '00000011' + Buffer.from('https://a.example').toString('hex') +
    '00000000'
  const expiration = (1_700_000_000 + 43_200).toString(16)
  t.equal(
    answer.toString('hex'),
    '020b020b' + '00000000' + '01020304' + '00000000' + '0000005d' +
      '00000001' + '00000001' + '99000000' + '0001' + '0000' + expiration + '00000041' +
      body + '00000000',
  )
})

t.test('the code for what was found out', async (t) => {
  const cases: [what: string, request: Buffer, code: number][] = [
    ['found', requestFor('88.118.8/P1'), 1],
    ['absent', requestFor('88.118.8/P9'), 100],
    ['not homed', requestFor('99.1/P1'), 301],
    ['restricted, public only', requestFor('88.118.8/SECRET'), 200],
    ['restricted', requestFor('88.118.8/SECRET', { flags: 0x18000000 }), 402],
    ['empty name', requestFor(''), 102],
    ['name that begins with a slash', requestFor('/x'), 102],
    ['name with a control character', requestFor('88.118.8/\u0001'), 102],
    ['administration', requestFor('88.118.8/P1', { opcode: 100 }), 5],
  ]
  for (const [what, request, code] of cases) {
    const { answer } = ask(request)
    t.equal(responseCode(answer), code, what)
    t.equal(answer.readInt32BE(16), answer.length - 20, `${what}: length`)
  }
})

t.test('get site info carries the site record without a length', async (t) => {
  const { answer } = ask(requestFor('/', { opcode: 2 }))
  t.equal(responseCode(answer), 1)
  t.equal(answer.toString('hex', 44), `${SITE_BYTES.toString('hex')}00000000`)
})

t.test('the version of the answer', async (t) => {
  const cases: [asked: string, answered: string][] = [
    ['02000200', '0200'], ['02030203', '0203'], ['020a020a', '020a'], ['020b020b', '020b'],
    ['03000300', '020b'], ['01000100', '0100'], ['05000500', '0100'], ['09090909', '0109'],
    ['02010000', '0201'],
  ]
  for (const [asked, answered] of cases) {
    const { answer } = ask(requestFor('88.118.8/P1', { version: asked }))
    t.equal(answer.toString('hex', 0, 2), answered, asked)
    t.equal(answer.toString('hex', 2, 4), '020b')
  }
})

t.test('the request digest, by version, on success and error', async (t) => {
  for (const [version, algorithm, head] of [
    ['020b020b', 'sha256', '03'], ['02050205', 'sha1', '02'], ['02000200', 'md5', '0000000010'],
  ] as const) {
    for (const name of ['88.118.8/P1', '88.118.8/P9']) {
      const request = requestFor(name, { version, flags: 0x19800000 })
      const { answer } = ask(request)
      const covered = request.subarray(20, request.length - 4)
      const digest = head + createHash(algorithm).update(covered).digest('hex')
      t.equal(answer.toString('hex', 44, 44 + digest.length / 2), digest, `${version} ${name}`)
      t.equal(answer.readUInt32BE(28), 0x99800000)
    }
  }
})

t.test('what is answered with an error of its own shape', async (t) => {
  const cases: [what: string, request: Buffer, code: number, counter: string][] = [
    ['short length', patched((r) => r.writeInt32BE(23, 16)), 4, 'length-below-header'],
    ['huge length', patched((r) => r.writeInt32BE(0x7fffffff, 16)), 2, 'length-above-limit'],
    ['negative length', patched((r) => r.writeInt32BE(-5, 16)), 2, 'length-above-limit'],
    ['more announced than sent', patched((r) => r.writeInt32BE(5000, 16)), 4, 'length-mismatch'],
    ['unknown opcode', patched((r) => r.writeInt32BE(4711, 20)), 2, 'unknown-opcode'],
    ['opcode 0', patched((r) => r.writeInt32BE(0, 20)), 2, 'unknown-opcode'],
    ['huge name', patched((r) => r.writeInt32BE(0x7fffffff, 44)), 2, 'question-malformed'],
    ['negative name', patched((r) => r.writeInt32BE(-1, 44)), 2, 'question-malformed'],
    ['huge index count', patched((r) => r.writeInt32BE(0x7fffffff, 59)), 2, 'question-malformed'],
    ['huge type count', patched((r) => r.writeInt32BE(0x7fffffff, 63)), 2, 'question-malformed'],
    ['encrypted', patched((r) => { r[2] = 0x42 }), 500, 'encrypted'],
  ]
  for (const [what, request, code, counter] of cases) {
    const { answer, counts } = ask(request)
    t.equal(responseCode(answer), code, what)
    t.equal(requestId(answer), 77, `${what}: its sender can tell`)
    t.equal(answer.toString('hex', 0, 4), '0203020b', `${what}: version 2.3`)
    t.equal(answer.readInt32BE(20), 0, `${what}: opcode 0`)
    t.equal(answer.readUInt16BE(32), 0xffff, `${what}: no serial`)
    t.equal(counts[`native_refused_${counter}_total`], 1, `${what}: counted`)
  }
})

t.test('what is met with silence', async (t) => {
  const cases: [what: string, request: Buffer, counter: string][] = [
    ['nothing', Buffer.alloc(0), 'too-short'],
    ['less than an envelope', Buffer.alloc(19), 'too-short'],
    ['a response', requestFor('88.118.8/P1', { responseCode: 1 }), 'is-response'],
    ['an expired request', requestFor('88.118.8/P1', { expiration: 1000 }), 'expired'],
  ]
  for (const [what, request, counter] of cases) {
    const { fate, answer, counts } = ask(request)
    t.equal(fate, 'ignored', what)
    t.equal(answer.length, 0)
    t.equal(counts[`native_refused_${counter}_total`], 1, `${what}: counted`)
  }
})

t.test('leniency: a body length that is too large, no credential, bytes behind', async (t) => {
  const noCredential = requestFor('88.118.8/P1').subarray(0, -4)
  noCredential.writeInt32BE(noCredential.length - 20, 16)
  t.equal(responseCode(ask(noCredential).answer), 1)
  t.equal(responseCode(ask(patched((r) => r.writeInt32BE(4000, 40))).answer), 1)
  const longer = Buffer.concat([requestFor('88.118.8/P1'), Buffer.alloc(9)])
  longer.writeInt32BE(longer.length - 20, 16)
  t.equal(responseCode(ask(longer).answer), 1)
})

t.test('a store that fails is an error, never an absence', async (t) => {
  const setting = createAnswererSetting()
  setting.store.failing = true
  const out = new AnswerBuffer(64)
  const request = requestFor('88.118.8/P1')
  setting.answerer.answer(request, 0, request.length, out)
  t.equal(responseCode(out.take()), 2)
})

t.test('what takes a secret or a change is deferred when someone stands by', async (t) => {
  const unused = () => Promise.reject(new Error('not asked here'))
  const slow = { answer: unused, goOn: unused }
  const { answerer } = createAnswererSetting(slow)
  const out = new AnswerBuffer(64)
  const administrative = [100, 101, 102, 103, 104, 105, 200, 201, 300, 301, 302, 400, 401, 402]
  const cases: [what: string, request: Buffer, fate: string][] = [
    ...administrative.map((opcode): [string, Buffer, string] =>
      [`opcode ${opcode}`, requestFor('88.118.8/P1', { opcode }), 'deferred']),
    ['replication', requestFor('88.118.8/P1', { opcode: 1000 }), 'answered'],
    ['resolution', requestFor('88.118.8/P1'), 'answered'],
    ['signed', requestFor('88.118.8/P1', { flags: 0x59000000 }), 'deferred'],
    ['signed site', requestFor('/', { opcode: 2, flags: 0x59000000 }), 'deferred'],
    ['in a session', patched((r) => r.writeInt32BE(7, 4)), 'deferred'],
    ['encrypted', patched((r) => { r[2] = 0x42 }), 'deferred'],
    ['restricted', requestFor('88.118.8/SECRET', { flags: 0x18000000 }), 'deferred'],
    ['expired', requestFor('88.118.8/P1', { opcode: 100, expiration: 1 }), 'ignored'],
  ]
  for (const [what, request, fate] of cases) {
    out.length = 0
    t.equal(answerer.answer(request, 0, request.length, out), fate, what)
    t.equal(out.length > 0, fate === 'answered', `${what}: bytes`)
  }
})
