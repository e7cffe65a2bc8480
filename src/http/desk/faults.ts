import { IDEMPOTENCY_KEY_CHARACTERS_MAX } from '../../desk/limits.ts'
import { MODES } from '../../desk/batch.ts'
import type { Language } from '../../desk/language.ts'

const modes = MODES.join(', ')

/** What can be wrong with a request before the desk has seen it. */
const FAULTS = {
  'not-json': { en: 'The body is no JSON', zh: '请求体不是 JSON' },
  'media-type': { en: 'Send application/json', zh: '请以 application/json 发送' },
  'too-large': { en: 'The body is longer than this call takes', zh: '请求体过长' },
  path: { en: 'The percent-encoding of the path is malformed', zh: '路径的百分号编码有误' },
  malformed: { en: 'The request is malformed', zh: '请求格式有误' },
  'if-match': {
    en: 'If-Match takes the ETag that was seen, a list of them, or *',
    zh: 'If-Match 应为所见的 ETag、多个 ETag 的列表，或 *',
  },
  'idempotency-key': {
    en: `Idempotency-Key has more than ${IDEMPOTENCY_KEY_CHARACTERS_MAX} characters`,
    zh: `Idempotency-Key 超过 ${IDEMPOTENCY_KEY_CHARACTERS_MAX} 个字符`,
  },
  stream: {
    en: `Send application/x-ndjson, with mode (${modes}) and results (all, failed) in the query`,
    zh: `请以 application/x-ndjson 发送；查询参数为 mode（${modes}）和 results（all, failed）`,
  },
  https: {
    en: 'Use HTTPS: the desk takes no calls over plain HTTP from other machines',
    zh: '请使用 HTTPS：登记业务不在明文 HTTP 上受理',
  },
  failed: { en: 'The node failed to answer this request', zh: '节点未能处理该请求' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>

export type Fault = keyof typeof FAULTS

export function faultText(fault: Fault, language: Language): string {
  return FAULTS[fault][language]
}

/** A header that the desk can't take. */
export class FaultError extends Error {
  override readonly name = 'FaultError'
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault)
    this.fault = fault
  }
}
