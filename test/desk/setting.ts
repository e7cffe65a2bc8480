import type { Test } from 'tap'
import { keyOf } from '../../src/identifier/identifier.ts'
import { openDesk } from '../../src/desk/bootstrap.ts'
import { formatCreditCode } from '../../src/desk/credit-code.ts'
import { RegistrationDesk } from '../../src/desk/desk.ts'
import type { Caller, CallInput, CallResult } from '../../src/desk/door.ts'
import type { OperationName } from '../../src/desk/operations/all.ts'
import { GenerationTable } from '../../src/lib/generations.ts'
import { formatValue } from '../../src/record/value-json.ts'
import { Registry } from '../../src/registry/registry.ts'
import { openStore } from '../../src/store/open.ts'
import { decodeValues } from '../../src/wire/values.ts'
import { SITE_BYTES } from '../support/native.ts'

/** A complete organisation, with whatever differs. */
export const organisation = (number: number, rest: object = {}) => ({
  name: `测试企业 ${number}`,
  nature: 'private-holding',
  address: { province: '440000', city: '440100', district: '440106', detail: '某路 1 号' },
  certificate: { type: 'credit-code', number: formatCreditCode('440106', number) },
  legalPerson: {
    name: '张三', idType: 'identity-card', idNumber: '11010519491231002X',
    mobile: '13800000000', email: 'zhang@example.cn',
  },
  contact: { name: '李四', mobile: '13900000000', email: 'li@example.cn' },
  industry: 'C35',
  ...rest,
})

export const user = (userName: string) => ({ userName, password: 'Guangzhou-2026' })

/** A desk over a database of its own, with a clock that stands still. */
export async function createDeskSetting(t: Test, prefix = '88', folder = t.testdir()) {
  const store = openStore(`${folder}/records.db`)
  t.teardown(() => store.close())
  const clock = {
    ms: 1_790_000_000_000,
    nowMs: () => clock.ms,
    nowSeconds: () => Math.floor(clock.ms / 1000),
    elapsedMs: () => clock.ms,
  }
  const registry = new Registry({ store, generations: GenerationTable.create(1024), clock })
  const errors: unknown[] = []
  const desk = new RegistrationDesk({
    registry, clock, siteBytes: SITE_BYTES, onError: (error) => errors.push(error), onNoted: null,
  })
  const first = await openDesk(registry, SITE_BYTES, prefix, '测试运营单位')
  const caller = (secret: string | null, rest: Partial<Caller> = {}): Caller =>
    ({ secret, address: '127.0.0.1', language: 'en', ...rest })
  const call = (
    name: OperationName, input: CallInput = {}, secret: string | null = first!.apiKey,
  ): Promise<CallResult> => desk.call(name, input, caller(secret))
  /** The value of a call that must succeed. */
  const must = async (
    name: OperationName, input: CallInput = {}, secret: string | null = first!.apiKey,
  ): Promise<any> => {
    const result = await call(name, input, secret)
    if (result.kind === 'refused') throw new Error(`${name}: ${JSON.stringify(result)}`)
    return result.value
  }
  /** The code of a call that must be refused. */
  const refusal = async (
    name: OperationName, input: CallInput = {}, secret: string | null = first!.apiKey,
  ): Promise<string> => {
    const result = await call(name, input, secret)
    return result.kind === 'refused' ? result.code : `done: ${JSON.stringify(result.value)}`
  }
  /** Registers an organisation with a user and an application. @returns a token and ids */
  const join = async (wanted: string, number: number, userName: string, rest: object = {}) => {
    const body = {
      organisation: organisation(number), user: user(userName),
      application: { prefix: wanted, ...rest },
    }
    const joined = await must('registration.create', { body }, null)
    const { token } = await must('session.create', { body: user(userName) }, null)
    return {
      token: token as string, application: joined.application.id as string,
      organisation: joined.organisation as string, user: joined.user as string,
    }
  }
  const act = (application: string, action: string, secret = first!.apiKey, reason?: string) =>
    call('application.act', { params: { application }, body: { action, reason } }, secret)
  /** The values of a record by type, or undefined. */
  const record = (name: string): Record<string, any> | undefined => {
    const block = store.findBlock(keyOf(name))
    if (block === undefined) return undefined
    return Object.fromEntries(decodeValues(block).map((value) =>
      [value.type, formatValue(value).data.value]))
  }
  return { store, registry, clock, desk, errors, first: first!, caller, call, must, refusal, join,
    act, record }
}
