import { createHash } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { formatCreditCode } from '../../../src/desk/credit-code.ts'
import { FILE_BYTES_MAX, FILES_BYTES_MAX, IMAGE_BYTES_MAX } from '../../../src/desk/limits.ts'
import { organisation, user } from '../../desk/setting.ts'
import { apply, startSnms, toEnvelope } from './setting.ts'

const s = await startSnms(t)
const { ask, adminToken } = s
const PATH = '/snms/api/file/upload'
const bytesOf = (start: string | Buffer, length: number): Buffer =>
  Buffer.concat([Buffer.from(start), Buffer.alloc(Math.max(0, length - start.length), 0x0a)])
const JPEG = bytesOf(Buffer.from('ffd8ffe0', 'hex'), 1_000)
const PNG = bytesOf(Buffer.from('89504e470d0a1a0a', 'hex'), 1_000)
const PDF = bytesOf('%PDF-1.7', 1_000)

/** A form with a file, as HTTP libraries write it. */
async function formOf(content: Buffer, field = 'file'): Promise<{ type: string; raw: Buffer }> {
  const form = new FormData()
  form.set('note', '营业执照')
  form.set(field, new Blob([new Uint8Array(content)]), '执照.jpg')
  const sent = new Response(form)
  return {
    type: sent.headers.get('content-type') ?? '', raw: Buffer.from(await sent.arrayBuffer()),
  }
}

const send = async (raw: Buffer, type: string, secret: string | null = adminToken) =>
  toEnvelope(await s.call('POST', PATH, { secret, raw, headers: { 'content-type': type } }))
const enterprise = async (number: number) => {
  const page = `/snms/api/v3/ent/page?orgName=测试企业 ${number}`
  const { data } = await ask('GET', page, undefined, adminToken)
  const detail = `/snms/api/v3/ent/detail?id=${data.content[0].id}`
  return (await ask('GET', detail, undefined, adminToken)).data
}
const upload = async (content: Buffer, secret: string | null = adminToken) => {
  const { raw, type } = await formOf(content)
  return await send(raw, type, secret)
}

t.test('images and PDF, whatever their names say; numbers and names are told', async (t) => {
  const ids: number[] = []
  for (const [content, ending] of [[JPEG, 'jpg'], [PNG, 'png'], [PDF, 'pdf']] as const) {
    const { status, data } = await upload(content)
    t.equal(status, 1)
    t.match(data.path, new RegExp(`^[0-9a-f-]{36}\\.${ending}$`))
    t.same(Object.keys(data), ['id', 'path'])
    ids.push(data.id)
    const { json } = await s.call('GET', `/v1/files/${data.id}`)
    t.equal(json.content, content.toString('base64'))
    t.equal(json.digest, createHash('sha256').update(content).digest('hex'))
    t.equal(json.bytes, content.length)
  }
  t.same(ids, [1, 2, 3], 'they are numbers, as the interface says')
})

t.test('the longest are taken, longer ones are not', async (t) => {
  const image = (length: number) => bytesOf(JPEG, length)
  const pdf = (length: number) => bytesOf(PDF, length)
  t.match(await upload(image(IMAGE_BYTES_MAX)), { status: 1 })
  t.match(await upload(image(IMAGE_BYTES_MAX + 1)), { status: -2, message: /content/ })
  t.match(await upload(pdf(FILE_BYTES_MAX)), { status: 1 })
  t.match(await upload(pdf(FILE_BYTES_MAX + 1)), { status: -2 })
  t.match(await upload(pdf(2 * FILE_BYTES_MAX)), { status: -2, data: null })
  for (const [length, status] of [[FILE_BYTES_MAX, 201], [FILE_BYTES_MAX + 1, 422]] as const) {
    const body = { content: pdf(length).toString('base64') }
    t.equal((await s.call('POST', '/v1/files', { body })).status, status, 'and over /v1')
  }
})

t.test('what is no such file, or no form, changes nothing', async (t) => {
  const { id } = (await upload(JPEG)).data as { id: number }
  for (const content of [Buffer.from('<html>'), Buffer.from('MZ'), Buffer.alloc(0)]) {
    t.match(await upload(content), { status: -2, data: null })
  }
  const { raw, type } = await formOf(JPEG, 'other')
  t.match(await send(raw, type), { status: -2, message: '缺少必要的请求参数: file' })
  for (const broken of [raw.subarray(0, -10), raw.subarray(0, 40), Buffer.from('x')]) {
    t.match(await send(broken, type), { status: -2 })
  }
  t.match(await send(raw, 'multipart/form-data'), { status: -2 }, 'no boundary')
  t.match(await send(Buffer.from('{}'), 'application/json'), { status: -2 })
  const form = await formOf(JPEG)
  t.match(await send(form.raw, form.type, null), { status: -1 })
  t.equal((await upload(JPEG)).data.id, id + 1, 'no number was spent')
})

t.test('an application names it; who else may see it', async (t) => {
  const { id } = (await upload(JPEG)).data as { id: number }
  const body = apply(9, { orgCrtImgRid: id })
  t.match(await ask('POST', '/snms/api/v3/ent/apply', body, adminToken), { status: 1 })
  t.equal((await enterprise(9)).entBasicInfo.orgCrtImgRid, id)
  const token = await s.joinEnterprise(10)
  t.equal((await s.call('GET', `/v1/files/${id}`, { secret: token })).status, 404)
  const own = (await upload(PNG, token)).data.id
  t.equal((await s.call('GET', `/v1/files/${own}`)).status, 200, 'the operator sees it')
  const reader = { userName: 'reader', password: 'Guangzhou-2026' }
  await s.call('POST', '/v1/users', { body: { ...reader, role: 'read-only' } })
  const session = await s.call('POST', '/v1/sessions', { secret: null, body: reader })
  const asReader = { secret: session.json.token }
  t.equal((await s.call('GET', `/v1/files/${id}`, asReader)).status, 403)
  for (const name of ['0', '-1', 'x', '1.5', '99999999']) {
    t.ok([404, 422].includes((await s.call('GET', `/v1/files/${name}`)).status), name)
  }
})

t.test('a file is named for one enterprise, in as many places as it will', async (t) => {
  const path = '/snms/api/v3/ent/apply'
  const { id } = (await upload(JPEG)).data as { id: number }
  const unknown = await ask('POST', path, apply(12, {}, 99_999), adminToken)
  t.match(unknown, { status: -2, message: /imageReference: 附件不存在，或不是由您上传/ })
  t.match(await ask('POST', path, apply(12, {}, id), adminToken), { status: 1 })
  const taken = await ask('POST', path, apply(13, {}, id), adminToken)
  t.match(taken, { status: -2, message: /imageReference: 附件已被其他单位使用/ })
  const second = (await upload(JPEG)).data.id as number
  for (const place of ['contactCrtBackImgRid', 'legalCrtFrontImgRid']) {
    t.match(await ask('POST', path, apply(13, { [place]: id }, second), adminToken), { status: -2 })
  }
  t.match(await ask('POST', path, apply(13, {}, second), adminToken), { status: 1 },
    'what was refused has taken no file')
  const detail = await enterprise(12)
  t.match(detail, { entBasicInfo: { orgCrtImgRid: id, legalCrtBackImgRid: id } })
  t.equal(detail.entRegisterManageInfo.servSysOperContractFileRid, id)
})

t.test('the enterprise goes on with its file, and nobody takes another’s', async (t) => {
  const { id } = (await upload(JPEG)).data as { id: number }
  const token = await s.joinEnterprise(14, id)
  const { json: { items: [own] } } = await s.call('GET', '/v1/organisations', { secret: token })
  const change = (imageReference: string) => s.call('PUT', `/v1/organisations/${own.id}`, {
    secret: token, headers: { 'if-match': '*' },
    body: { ...own.details, certificate: { ...own.details.certificate, imageReference } },
  })
  t.equal((await change(String(id))).status, 200)
  const other = (await upload(JPEG)).data.id as number
  t.match(await change(String(other)), { status: 422, json: { errors: [
    { pointer: '/body/certificate/imageReference', rule: 'file-unknown' }] } }, 'not theirs')
  t.equal((await change('档案室 3 号柜')).status, 200, 'it may be kept elsewhere')
  const joining = {
    organisation: organisation(15, { certificate: {
      type: 'credit-code', number: formatCreditCode('440106', 15), imageReference: String(other),
    } }),
    user: user('anybody'), application: { prefix: '88.118.15' },
  }
  t.match(await s.call('POST', '/v1/registrations', { secret: null, body: joining }), {
    status: 422, json: { errors: [{ rule: 'file-unknown',
      pointer: '/body/organisation/certificate/imageReference' }] } })
  t.equal((await s.call('POST', '/v1/registrations/entries', { body: joining })).status, 201,
    'who runs the node may')
})

t.test('over /v1 as JSON; an organisation has so much room', async (t) => {
  const token = await s.joinEnterprise(11)
  const hand = (content: string) =>
    s.call('POST', '/v1/files', { secret: token, body: { content } })
  t.equal((await hand(PNG.toString('base64'))).status, 201)
  for (const wrong of ['', '====', 'a', `${PNG.toString('base64')}!`, '+'.repeat(10)]) {
    t.equal((await hand(wrong)).status, 422, wrong.slice(0, 10))
  }
  // As if the first had been longer: all but 2,000 bytes of the room are taken.
  const database = new Database(join(s.dataDir, 'records.db'))
  t.teardown(() => database.close())
  database.exec(`UPDATE desk_files SET bytes = ${FILES_BYTES_MAX - 2_000}
    WHERE id = (SELECT max(id) FROM desk_files)`)
  t.equal((await upload(bytesOf(PDF, 2_001), token)).status, -2)
  t.equal((await upload(bytesOf(PDF, 2_000), token)).status, 1)
  const full = await hand(PNG.toString('base64'))
  t.match(full, { status: 403, json: { code: 'file-limit' } })
  t.equal((await upload(PNG)).status, 1, 'the others have theirs')
})
