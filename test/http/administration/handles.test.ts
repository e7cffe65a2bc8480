import t from 'tap'
import { jsonOf } from '../../support/http.ts'
import { ADMIN, adminValue, startHttps } from '../../support/https.ts'

const api = '/api/handles/'
const { secure, putJson, put, counted } = await startHttps(t)

const url = (index: number, data: string) => ({ index, type: 'URL', data })
const dataOf = async (name: string): Promise<unknown> => {
  const { values } = jsonOf(await secure(`${api}${name}`, { as: null })) as {
    values?: { index: number; data: { value: unknown } }[]
  }
  return values?.map(({ index, data }) => [index, data.value])
}

t.test('create, overwrite, refuse to overwrite, delete', async (t) => {
  const path = `${api}88.118.8/One`
  const created = await putJson(path, { values: [url(1, 'a')] })
  t.equal(created.status, 201)
  t.equal(created.text, '{"responseCode":1,"handle":"88.118.8/One"}')
  t.same(await dataOf('88.118.8/ONE'), [[1, 'a']])
  const overwritten = await putJson(path, { handle: '88.118.8/one', values: [url(2, 'b')] })
  t.equal(overwritten.status, 200)
  t.same(await dataOf('88.118.8/One'), [[2, 'b']])
  for (const no of ['false', 'False']) {
    const refused = await putJson(`${path}?overwrite=${no}`, [url(3, 'c')])
    t.equal(refused.status, 409)
    t.match(jsonOf(refused), { responseCode: 101, message: String, handle: '88.118.8/One' })
  }
  t.same(await dataOf('88.118.8/One'), [[2, 'b']])
  const deleted = await secure(path, { method: 'DELETE' })
  t.equal(deleted.status, 200)
  t.equal(deleted.text, '{"responseCode":1,"handle":"88.118.8/One"}')
  t.equal(await dataOf('88.118.8/One'), undefined)
  const again = await secure(path, { method: 'DELETE' })
  t.equal(again.status, 404)
  t.match(jsonOf(again), { responseCode: 100, handle: '88.118.8/One' })
})

t.test('bodies of every form, and data of every form', async (t) => {
  const path = `${api}88.118.8%2FFORMS`
  for (const body of [[url(1, 'x')], { values: [url(1, 'x')] }, { handle: '88.118.8/Forms',
    values: [{ index: '1', type: 'URL', data: { format: 'string', value: 'x' } }] }]) {
    t.ok((await putJson(path, body)).status < 300)
    t.same(await dataOf('88.118.8/FORMS'), [[1, 'x']])
  }
  const admin = { handle: '0.NA/88', index: '300', permissions: '011111110011' }
  await putJson(path, [
    { index: 1, type: 'BIN', data: { format: 'hex', value: '00ff' } },
    { index: 2, type: 'BIN', data: { format: 'base64', value: 'AP8=' } },
    { index: 100, type: 'HS_ADMIN', data: {
      format: 'admin', value: { ...admin, legacyByteLength: true } } },
    { index: 200, type: 'HS_VLIST', data: {
      format: 'vlist', value: [{ index: 300, handle: '0.NA/88' }] } },
  ])
  t.same(await dataOf('88.118.8/FORMS'), [
    [1, 'AP8='], [2, 'AP8='], [100, { ...admin, index: 300, legacyByteLength: true }],
    [200, [{ index: 300, handle: '0.NA/88' }]],
  ])
  t.equal((await putJson(`${api}88.118.8/EMPTY`, [])).status, 201, 'a record without values')
  t.match(jsonOf(await secure(`${api}88.118.8/EMPTY`, { as: null })), { responseCode: 200 })
})

t.test('the node says when a value was written, whatever the client says', async (t) => {
  const old = '2001-01-01T00:00:00Z'
  await putJson(`${api}88.118.8/TIME`, [{ ...url(1, 'x'), timestamp: old }])
  const { text } = await secure(`${api}88.118.8/TIME`, { as: null })
  t.match(text, /"timestamp":"20\d\d-/)
  t.notMatch(text, old)
})

t.test('single values: added, overwritten, refused', async (t) => {
  const path = `${api}88.118.8/SINGLE`
  await putJson(path, [url(1, 'a'), url(2, 'b')])
  t.equal((await putJson(`${path}?index=3`, { values: [url(3, 'c')] })).status, 201)
  t.equal((await putJson(`${path}?index=3`, [url(3, 'd')])).status, 200)
  t.equal((await putJson(`${path}?index=1&index=4`, [url(1, 'A'), url(4, 'e')])).status, 201)
  t.equal((await putJson(`${path}?index=various`, [url(2, 'B'), url(5, 'f')])).status, 201)
  t.equal((await putJson(`${path}?index=various`, [url(2, 'b')])).status, 200)
  const all = [[1, 'A'], [2, 'b'], [3, 'd'], [4, 'e'], [5, 'f']]
  t.same(await dataOf('88.118.8/SINGLE'), all)
  const taken = await putJson(`${path}?index=1&overwrite=false`, [url(1, 'z')])
  t.equal(taken.status, 409)
  t.match(jsonOf(taken), { responseCode: 201, handle: '88.118.8/SINGLE' })
  const missing = await putJson(`${api}88.118.8/NONE?index=1`, [url(1, 'z')])
  t.equal(missing.status, 404)
  t.match(jsonOf(missing), { responseCode: 100 })
  t.same(await dataOf('88.118.8/SINGLE'), all)
})

t.test('values are removed all or none', async (t) => {
  const path = `${api}88.118.8/REMOVE`
  await putJson(path, [url(1, 'a'), url(2, 'b'), url(3, 'c')])
  const unknown = await secure(`${path}?index=1&index=9`, { method: 'DELETE' })
  t.equal(unknown.status, 400)
  t.match(jsonOf(unknown), { responseCode: 200, handle: '88.118.8/REMOVE' })
  t.same(await dataOf('88.118.8/REMOVE'), [[1, 'a'], [2, 'b'], [3, 'c']])
  t.equal((await secure(`${path}?index=1&index=3`, { method: 'DELETE' })).status, 200)
  t.same(await dataOf('88.118.8/REMOVE'), [[2, 'b']])
})

t.test('a suffix of the node\'s making', async (t) => {
  const names = new Set<string>()
  for (let i = 0; i < 3; i++) {
    const minted = await putJson(`${api}88.118.8/M-?mintNewSuffix=true`, [url(1, 'x')])
    t.equal(minted.status, 201)
    const { handle } = jsonOf(minted) as { handle: string }
    t.match(handle, /^88\.118\.8\/M-.{20,}$/)
    t.same(await dataOf(handle), [[1, 'x']])
    names.add(handle)
  }
  t.equal(names.size, 3)
})

t.test('what is wrong gets its code and status, and changes nothing', async (t) => {
  const path = `${api}88.118.8/KEPT`
  await putJson(path, [url(1, 'kept')])
  const text = { 'content-type': 'text/plain' }
  const long = JSON.stringify([url(1, 'x'.repeat(1_048_576))])
  const cases: [path: string, body: unknown, status: number, code: number, said: RegExp][] = [
    [path, { handle: '88.118.8/OTHER', values: [] }, 400, 4, /^Mismatched handle in PUT request$/],
    [path, { handle: 1, values: [] }, 400, 4, /Mismatched handle/],
    [path, [url(0, 'x')], 400, 202, /^Value indexes must be positive$/],
    [path, [url(-1, 'x')], 400, 202, /positive/],
    [path, [url(4_294_967_295, 'x')], 400, 202, /positive/],
    [path, [url(1, 'x'), url(1, 'y')], 409, 201, /index/],
    [`${path}?index=2`, [url(3, 'x')], 400, 4, /Mismatched indexes/],
    [`${path}?index=2&index=3`, [url(3, 'x')], 400, 4, /Mismatched indexes/],
    [`${path}?index=x`, [url(3, 'x')], 400, 4, /index: "x"/],
    [path, '{"values":', 400, 4, /./],
    [path, '', 400, 4, /must be JSON/],
    [path, 'null', 400, 4, /object/],
    [path, {}, 400, 4, /values must be an array/],
    [path, { values: [{ index: 1 }] }, 400, 4, /values\[0\]/],
    [path, [{ ...url(1, 'x'), permissions: 'abcd' }], 400, 4, /permissions/],
    [path, [{ ...url(1, 'x'), data: { format: 'hex', value: 'abc' } }], 400, 4, /hexadecimal/],
    [`${api}/x`, [], 400, 102, /no valid identifier/],
    [api, [], 400, 102, /no valid identifier/],
    [`${api}%E0%A4%A`, [], 400, 4, /path is malformed/],
    [`${api}99.9/X`, [url(1, 'x')], 400, 301, /^That prefix doesn't live here$/],
    [path, long, 413, 4, /longer than 1048576 bytes/],
    [path, [url(1, 'x'.repeat(300_000))], 400, 202, /at most/],
  ]
  for (const [target, body, status, code, said] of cases) {
    const answer = await putJson(target, body)
    const what = `${target} ${JSON.stringify(body).slice(0, 50)}`
    t.equal(answer.status, status, what)
    t.match(jsonOf(answer), { responseCode: code, message: said }, what)
  }
  const asText = await secure(path, { method: 'PUT', headers: text, body: '[]' })
  t.equal(asText.status, 400)
  t.match(jsonOf(asText), { responseCode: 4, message: /application\/json/ })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  t.equal((await secure(path, { method: 'PUT', headers: form, body: '[]' })).status, 400)
  t.same(await dataOf('88.118.8/KEPT'), [[1, 'kept']])
})

t.test('four digits of permissions always let administrators read', async (t) => {
  const values = ['0000', '00000', '01100', '*', '111'].map((permissions, i) => (
    { ...url(i + 1, 'x'), permissions }))
  await putJson(`${api}88.118.8/QUIRK`, values)
  const open = jsonOf(await secure(`${api}88.118.8/QUIRK`, { as: null }))
  t.match(open, { values: [{ index: 4, permissions: '1111' }, { index: 5 }] })
  const read = await secure(`${api}88.118.8/QUIRK?index=1&index=3`)
  t.match(jsonOf(read), {
    values: [{ index: 1, permissions: '1000' }, { index: 3, permissions: '1100' }],
  })
  const hidden = await secure(`${api}88.118.8/QUIRK?index=2`)
  t.equal(hidden.status, 403)
  t.match(jsonOf(hidden), { responseCode: 401 })
})

t.test('the shapes that other clients send', async (t) => {
  // A root record with groups and a secret as one bare array, then single values, then a count
  // and a list with a slash behind the path.
  put('0.NA/88.118.8', [adminValue(ADMIN.handle, 301)])
  const admin = (index: number, at: number) => ({
    index, type: 'HS_ADMIN', ttl: 86_400, permissions: '1110',
    data: {
      format: 'admin', value: { index: at, handle: ADMIN.handle, permissions: '111111111111' },
    },
  })
  const record = [
    admin(100, 200), admin(101, 201),
    { index: 200, type: 'HS_VLIST', permissions: '1110', ttl: 86_400,
      data: { format: 'vlist', value: [{ index: 301, handle: ADMIN.handle }] } },
    { index: 300, type: 'HS_SECKEY', permissions: '1100', ttl: 86_400,
      data: { format: 'string', value: 'password' } },
  ]
  t.equal((await putJson(`${api}88.118.8/ADMIN`, record)).status, 201)
  t.equal((await putJson(`${api}88.118.8/ADMIN?index=various`, [url(7, 'x')])).status, 201)
  const read = jsonOf(await secure(`${api}88.118.8/ADMIN`)) as { values: { type: string }[] }
  t.ok(read.values.some(({ type }) => type === 'HS_SECKEY'), 'an administrator reads it back')
  const counts = await secure(`${api}?prefix=88.118.8&page=0&pageSize=0`)
  t.match(jsonOf(counts), { responseCode: 1, totalCount: /^\d+$/, handles: [] })
  const all = jsonOf(await secure(`${api}?prefix=88.118.8&page=-1&pageSize=-1`))
  t.ok((all['handles'] as string[]).includes('88.118.8/ADMIN'))
  // A DELETE that says it sends JSON and sends nothing.
  const deleted = await secure(`${api}88.118.8/ADMIN`, {
    method: 'DELETE', headers: { 'content-type': 'application/json' },
  })
  t.equal(deleted.status, 200)
})

t.test('what was done and what was not is counted', async (t) => {
  counted('http_commands_done_total')
  counted('http_refused_handle-not-found_total')
  await putJson(`${api}88.118.8/COUNT`, [])
  await secure(`${api}88.118.8/NOTHING`, { method: 'DELETE' })
  t.equal(counted('http_commands_done_total'), 1)
  t.equal(counted('http_refused_handle-not-found_total'), 1)
})
