import { type IdentifierKey, keyOf, parseIdentifier } from '../../src/identifier/identifier.ts'
import { AdminPermission, encodeAdminRecord } from '../../src/record/admin.ts'
import type { Command, Identity } from '../../src/record/command.ts'
import { createValue, type HandleValue, Permission } from '../../src/record/value.ts'
import { encodeValueList } from '../../src/record/value-list.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { Change } from '../../src/store/store.ts'
import { encodeValues } from '../../src/wire/values.ts'

/** Who asks. All but `nobody` show a secret: their own, or for `wrong key` another. */
export const WHO = [
  'nobody', 'wrong key', 'stranger', 'prefix admin', 'handle admin', 'group member',
  'any-index admin', 'reader', 'server admin',
] as const
export type Who = (typeof WHO)[number]

export const ROOT = '0.NA/88'
export const SERVER_ADMINISTRATORS: readonly Identity[] = [{ handle: ROOT, index: 301 }]
const SECRET_INDEX = 301

/** The identity and secret that someone shows; null for nobody. */
export function proofOf(who: Who): { identity: Identity; secret: Buffer } | null {
  if (who === 'nobody') return null
  if (who === 'wrong key') {
    return { ...credentials('handle admin'), secret: Buffer.from('guessed') }
  }
  return credentials(who)
}

function credentials(who: Exclude<Who, 'nobody' | 'wrong key'>) {
  const handle = who === 'server admin' ? ROOT : `88.1/${who.replaceAll(' ', '-')}`
  return { identity: { handle, index: SECRET_INDEX }, secret: Buffer.from(`secret of ${who}`) }
}

export interface AccessCase {
  readonly what: string
  readonly command: Command
  /** The response code for each who asks. */
  readonly codes: Readonly<Record<Who, number>>
}

const every = 0x0fff
const { adminRead, adminWrite, publicRead, publicWrite } = Permission
/** Values by what may be done with them. */
const usual = createValue(1, 'URL', 'https://a.example')
const open = createValue(2, 'DESC', 'anyone may write', {
  permissions: adminRead | adminWrite | publicRead | publicWrite,
})
const locked = createValue(3, 'SERIAL', 'nobody may write', {
  permissions: adminRead | publicRead,
})
const secret = createValue(4, 'COST', '9', { permissions: adminRead | adminWrite })
const hidden = createValue(5, 'SEAL', 'x', { permissions: adminWrite })
const admin = (index: number, handle: string, at: number, permissions: number) =>
  createValue(index, 'HS_ADMIN', encodeAdminRecord({
    handle, index: at, permissions, legacyByteLength: false,
  }))
const handleAdmin = admin(100, '88.1/handle-admin', SECRET_INDEX, every)
const target: readonly HandleValue[] = [
  usual, open, locked, secret, hidden, handleAdmin,
  admin(101, '88.1/GROUP', 200, every),
  admin(102, '88.1/any-index-admin', 0, every),
  admin(103, '88.1/reader', SECRET_INDEX, AdminPermission.readValue),
]

/** Every code the same, whoever asks. */
const all = (code: number): AccessCase['codes'] =>
  Object.fromEntries(WHO.map((who) => [who, code])) as AccessCase['codes']

/** Success for these; the others are asked for a proof, have a wrong one, or no right. */
const only = (...allowed: readonly Who[]): AccessCase['codes'] => ({
  ...all(400), nobody: 402, 'wrong key': 403,
  ...Object.fromEntries(allowed.map((who) => [who, 1])),
})
const administrators: readonly Who[] = [
  'prefix admin', 'handle admin', 'group member', 'any-index admin', 'server admin',
]
const above: readonly Who[] = ['prefix admin', 'server admin']

const id = (name: string) => {
  const parsed = parseIdentifier(name)
  if (parsed === undefined) throw new Error(`${name} is no identifier`)
  return parsed
}
const T = id('88.1/T')
const changed = (value: HandleValue, rest: Partial<HandleValue> = {}) =>
  ({ ...value, data: Buffer.from('new'), ...rest })
const create = (
  name: string, values: readonly HandleValue[],
  rest: { overwrite?: boolean; mint?: boolean } = {},
): Command => ({
  kind: 'create', handle: id(name), values, overwrite: false, mint: false, ...rest,
})
const add = (value: HandleValue, overwrite = false): Command =>
  ({ kind: 'add', handle: T, values: [value], overwrite })
const modify = (...values: readonly HandleValue[]): Command =>
  ({ kind: 'modify', handle: T, values })
const remove = (...indexes: readonly number[]): Command => ({ kind: 'remove', handle: T, indexes })
const read = (...indexes: readonly number[]): Command =>
  ({ kind: 'read', handle: T, indexes, types: null })
const list = (prefix: string): Command =>
  ({ kind: 'list', prefix, after: null, offset: 0, countMax: 10 })
const at = (index: number, rest: Partial<HandleValue> = {}) => ({ ...usual, index, ...rest })
const newAdmin = admin(110, '88.1/someone', 300, every)

/**
 * Operation × who asks × permissions of the value → response code (§9.4 Write rules): stated
 * once, for every door.
 */
export const ACCESS_MATRIX: readonly AccessCase[] = ([
  ['create', create('88.1/NEW', [usual]), only(...above)],
  ['create with a minted suffix', create('88.1/', [usual], { mint: true }), only(...above)],
  ['create an empty record', create('88.1/NEW', []), only(...above)],
  ['create what exists', create('88.1/T', [usual]), all(101)],
  ['create without a suffix', create('88.1/', [usual]), all(102)],
  ['create elsewhere', create('99.1/NEW', [usual]), all(301)],
  ['create with index 0', create('88.1/NEW', [at(0)]), all(202)],
  ['create with a negative index', create('88.1/NEW', [at(0xffffffff)]), all(202)],
  ['create with an index twice', create('88.1/NEW', [usual, usual]), all(201)],
  ['index 0 before index twice', create('88.1/NEW', [at(0), usual, usual]), all(202)],
  ['index twice before existence', create('88.1/T', [usual, usual]), all(201)],
  ['create a derived prefix', create('0.NA/88.1.7', [usual]), only(...above)],
  ['create a top prefix', create('0.NA/89', [usual]), only('server admin')],
  ['overwrite', create('88.1/T', [usual], { overwrite: true }), only(...administrators)],
  ['overwrite nothing', create('88.1/NEW', [usual], { overwrite: true }), only(...above)],
  ['overwrite with the same', create('88.1/T', target, { overwrite: true }),
    only(...administrators)],
  ['delete', { kind: 'delete', handle: T }, only(...administrators)],
  ['delete what is not there', { kind: 'delete', handle: id('88.1/NONE') }, all(100)],
  ['delete elsewhere', { kind: 'delete', handle: id('99.1/T') }, all(301)],
  ['delete a derived prefix', { kind: 'delete', handle: id('0.NA/88.1.9') }, only(...above)],
  ['add', add(at(20)), only(...administrators)],
  ['add an administrator', add(newAdmin), only(...administrators)],
  ['add what is there', add(changed(usual)), all(201)],
  ['add over what is there', add(changed(usual), true), only(...administrators)],
  ['add over a locked value', add(changed(locked), true), all(401)],
  ['add over an open value', add(changed(open), true), only(...administrators)],
  ['add index 0', add(at(0)), all(202)],
  ['add to nothing', { ...add(usual), handle: id('88.1/NONE') } as Command, all(100)],
  ['modify', modify(changed(usual)), only(...administrators)],
  ['modify an open value', modify(changed(open)), all(1)],
  ['modify a locked value', modify(changed(locked)), all(401)],
  ['modify a secret value', modify(changed(secret)), only(...administrators)],
  ['modify a hidden value', modify(changed(hidden)), only(...administrators)],
  ['modify an open and a usual one', modify(changed(open), changed(usual)),
    only(...administrators)],
  ['modify an administrator', modify({ ...newAdmin, index: 103 }), only(...administrators)],
  ['make an open value an administrator', modify({ ...newAdmin, index: 2 }),
    only(...administrators)],
  ['make an administrator a usual value', modify(at(103)), only(...administrators)],
  ['modify what is not there', modify(at(99)), all(200)],
  ['modify one index twice', modify(usual, usual), all(202)],
  ['modify index 0', modify(at(0)), all(202)],
  ['remove', remove(1), only(...administrators)],
  ['remove an open value', remove(2), only(...administrators)],
  ['remove a locked value', remove(3), all(401)],
  ['remove an administrator', remove(103), only(...administrators)],
  ['remove with one that is not there', remove(1, 99), all(200)],
  ['read', read(1), all(1)],
  ['read a secret value', read(4), only(...administrators, 'reader')],
  ['read a secret among others', read(1, 4), only(...administrators, 'reader')],
  ['read a hidden value', read(5), all(401)],
  ['read what is not there', read(99), all(200)],
  ['read nothing', { ...read(1), handle: id('88.1/NONE') } as Command, all(100)],
  ['list', list('88.1'), only(...above)],
  ['list elsewhere', list('99.1'), all(301)],
  ['home', { kind: 'home', prefix: '88.2' }, only('server admin')],
  ['unhome', { kind: 'unhome', prefix: '88.1' }, only('server admin')],
  ['list homed prefixes', { kind: 'list-prefixes' }, only('server admin')],
] satisfies readonly [string, Command, AccessCase['codes']][])
  .map(([what, command, codes]) => ({ what, command, codes }))

/** Puts the records of the matrix in place, whatever was done to them. */
export function resetAccessRecords(registry: Registry): void {
  const put = (name: string, values: readonly HandleValue[]): Change =>
    ({ operation: 'put', key: keyOf(name), name, block: encodeValues(values) })
  const keyOfPerson = (who: Exclude<Who, 'nobody' | 'wrong key'>): Change => {
    const { identity, secret: data } = credentials(who)
    return put(identity.handle, [createValue(SECRET_INDEX, 'HS_SECKEY', data, {
      permissions: adminRead | adminWrite,
    })])
  }
  const people = ['stranger', 'prefix admin', 'handle admin', 'group member', 'any-index admin',
    'reader'] as const
  const group = [{ handle: '88.1/GROUP', index: 201 }, { handle: '88.1/nobody', index: 1 }]
  const members = [{ handle: '88.1/group-member', index: SECRET_INDEX }]
  const gone: IdentifierKey[] = [keyOf('88.1/NEW'), keyOf('0.NA/88.1.7'), keyOf('0.NA/89')]
  registry.execute([
    { operation: 'home', prefix: '0.NA' },
    { operation: 'home', prefix: '88.1' },
    { operation: 'unhome', prefix: '88.2' },
    ...gone.map((key): Change => ({ operation: 'delete', key, name: key })),
    put('88.1/T', target),
    put('88.1/GROUP', [
      createValue(200, 'HS_VLIST', encodeValueList(group)),
      createValue(201, 'HS_VLIST', encodeValueList(members)),
    ]),
    put('0.NA/88.1', [admin(100, '88.1/prefix-admin', SECRET_INDEX, every)]),
    put('0.NA/88.1.9', [usual]),
    ...people.map(keyOfPerson),
    keyOfPerson('server admin'),
  ], 'matrix')
}
