import type { FieldRule } from './fields.ts'
import type { Language } from './language.ts'
import {
  PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN, RSA_BITS_MIN, TEMPLATE_INDEX_MIN,
} from './limits.ts'
import type { DeskRefusal, Issue, RefusalCode } from './refusal.ts'

type Text = Readonly<Record<Language, string>>

/** What a refusal says; `{}` is what it is about. */
const REFUSALS: Readonly<Record<RefusalCode, Text>> = {
  invalid: { en: 'The request breaks a rule', zh: '请求内容不符合规则' },
  'not-authenticated': {
    en: 'Log in first, or send an API key: Authorization: Bearer …',
    zh: '请先登录或提供 API 密钥：Authorization: Bearer …',
  },
  'wrong-credentials': {
    en: 'The name, password, token or key is wrong or no longer valid',
    zh: '用户名、密码、令牌或密钥有误，或已失效',
  },
  'locked-out': {
    en: 'Too many tries, or too many that were wrong; wait and try again',
    zh: '尝试或出错次数过多，请稍后再试',
  },
  forbidden: { en: 'That needs the right {}', zh: '需要权限 {}' },
  'not-yours': {
    en: 'Someone else decides that in the state “{}”', zh: '当前状态“{}”下应由其他方处理',
  },
  'not-found': { en: 'There is no {} that you may see', zh: '不存在或无权查看：{}' },
  'certificate-taken': {
    en: 'An organisation with the certificate {} is registered already', zh: '证件号 {} 已登记',
  },
  'user-name-taken': { en: 'The user name {} is taken', zh: '用户名 {} 已被占用' },
  'prefix-taken': {
    en: 'The prefix {} is given, reserved or was used before; choose another',
    zh: '前缀 {} 已分配、已预留或曾被使用，请另选',
  },
  'parent-unknown': {
    en: 'The prefix {} above is not in use here', zh: '上级前缀 {} 未在本节点启用',
  },
  'wrong-state': { en: 'That can’t be done in the state “{}”', zh: '当前状态“{}”不能执行此操作' },
  'reason-needed': { en: 'Give a reason', zh: '请填写原因' },
  'version-needed': {
    en: 'Send If-Match with the ETag that you have seen', zh: '请在 If-Match 中给出所见的 ETag',
  },
  'version-stale': {
    en: 'Someone has changed it since; read it again', zh: '内容已被他人修改，请重新读取',
  },
  'version-taken': { en: 'There is a template {} already', zh: '模板版本 {} 已存在' },
  'idempotency-mismatch': {
    en: 'That Idempotency-Key was used for another request', zh: '该 Idempotency-Key 已用于其他请求',
  },
  'handle-exists': { en: 'The identifier {} exists already', zh: '标识已存在：{}' },
  'not-homed': {
    en: 'Identifiers of {} are not kept here; host the prefix first',
    zh: '前缀 {} 的标识不在本节点托管，请先申请托管',
  },
  suspended: { en: 'The prefix {} is out of use', zh: '前缀 {} 已停用' },
  'template-unknown': {
    en: 'There is no published template {}', zh: '模板 {} 不存在或未发布',
  },
  'file-limit': {
    en: 'The files that were handed in take all the room there is', zh: '附件总量已达上限',
  },
  'report-signature': {
    en: 'The report is signed with no key that stands in the record 0.NA/{}',
    zh: '上报的签名与 0.NA/{} 记录中的公钥不符',
  },
  'report-time': {
    en: 'The report was signed at {}, which is not now: set the clock',
    zh: '上报签名时间 {} 与当前时间不符，请校准时钟',
  },
  'report-sequence': { en: 'The report that comes next has the number {}', zh: '下一份上报的序号应为 {}' },
  rate: { en: 'Too many requests a second', zh: '每秒请求数超过限额' },
  'daily-limit': { en: 'The requests of today are used up', zh: '当日请求次数已达上限' },
  'register-limit': {
    en: 'No more identifiers may be registered', zh: '标识注册数量已达上限',
  },
  'prefix-limit': { en: 'No more prefixes may be held', zh: '前缀数量已达上限' },
  busy: { en: 'The desk is busy; try again', zh: '服务繁忙，请重试' },
  'read-only': {
    en: 'The node can’t write now (disk full or read-only); nothing was changed',
    zh: '节点暂时无法写入（磁盘已满或只读），未作任何更改',
  },
  failed: { en: 'The node failed to do this; nothing was changed', zh: '处理失败，未作任何更改' },
}

const RULES: Readonly<Record<FieldRule, Text>> = {
  'credit-code': {
    en: 'is no unified social credit code (GB 32100): its check character is wrong',
    zh: '统一社会信用代码校验位有误（GB 32100）',
  },
  'identity-card': {
    en: 'is no resident identity number (GB 11643)', zh: '身份证号校验位有误（GB 11643）',
  },
  industry: { en: 'is no industry of GB/T 4754-2017', zh: '不是 GB/T 4754-2017 行业代码' },
  division: {
    en: 'is no division of GB/T 2260 inside the one above', zh: '行政区划代码有误（GB/T 2260）',
  },
  phone: { en: 'is no telephone number', zh: '电话号码格式有误' },
  mobile: { en: 'is no mobile number', zh: '手机号码格式有误' },
  domain: { en: 'is no domain name', zh: '域名格式有误' },
  'ip-address': { en: 'is no IP address', zh: 'IP 地址格式有误' },
  'control-characters': { en: 'holds control characters', zh: '含有控制字符' },
  'later-than': { en: 'must be later than the date before it', zh: '日期应晚于前一日期' },
  'public-key': {
    en: `must be an RSA public key in PEM of at least ${RSA_BITS_MIN} bits`,
    zh: `应为不少于 ${RSA_BITS_MIN} 位的 RSA 公钥（PEM）`,
  },
  'endpoint-port': {
    en: 'give at least one of tcpPort, udpPort, httpPort',
    zh: 'tcpPort、udpPort、httpPort 至少填一项',
  },
  duplicate: { en: 'is there twice', zh: '重复' },
  'length-order': { en: 'is above the maximum', zh: '最小长度大于最大长度' },
  password: {
    en: `must have ${PASSWORD_CHARACTERS_MIN} to ${PASSWORD_CHARACTERS_MAX} characters of at ` +
      'least two kinds, and not the user name in it',
    zh: `应为 ${PASSWORD_CHARACTERS_MIN} 至 ${PASSWORD_CHARACTERS_MAX} 个字符，至少含两类字符，且不含用户名`,
  },
  handle: { en: 'is no identifier', zh: '不是有效标识' },
  values: { en: 'are no values', zh: '标识值有误' },
  'item-required': { en: 'the template asks for it', zh: '模板要求必填' },
  'item-type': { en: 'is not of the type that the template says', zh: '类型与模板不符' },
  'item-length': { en: 'is shorter or longer than the template allows', zh: '长度不符合模板要求' },
  'item-unique': { en: 'another identifier has this value', zh: '值与其他标识重复（模板要求唯一）' },
  'item-unknown': { en: 'the template has no such item', zh: '模板中没有该数据项' },
  'item-disabled': { en: 'the template’s item is out of use', zh: '模板数据项已停用' },
  'index-reserved': {
    en: `values of a template have indexes from ${TEMPLATE_INDEX_MIN}`,
    zh: `模板数据项的索引应不小于 ${TEMPLATE_INDEX_MIN}`,
  },
  scope: { en: 'you do not have this right yourself', zh: '不能授予自己没有的权限' },
  json: { en: 'is no JSON', zh: '不是 JSON' },
  'line-length': { en: 'the line is too long', zh: '行过长' },
  'same-version': { en: 'must be the version in the path', zh: '应与路径中的版本一致' },
  base64: { en: 'is no base64', zh: '不是 base64' },
  'file-kind': {
    en: 'is neither JPEG nor PNG (up to 1 MiB) nor PDF (up to 5 MiB)',
    zh: '仅支持 JPEG、PNG（1M 以内）与 PDF（5M 以内）',
  },
  'file-unknown': { en: 'names no file that you have handed in', zh: '附件不存在，或不是由您上传' },
  'file-taken': {
    en: 'names a file of another organisation; hand it in once more',
    zh: '附件已被其他单位使用，请重新上传',
  },
  cursor: { en: 'is no cursor that an answer has given', zh: '不是返回的游标' },
  report: { en: 'is no signed report', zh: '不是已签名的上报' },
  'foreign-prefix': { en: 'is not right below the reporting prefix', zh: '不是上报前缀的直接下级' },
  'out-of-range': { en: 'is outside the range that is reported', zh: '不在所报范围内' },
  'address-and-port': { en: 'must be ADDRESS:PORT', zh: '应为 地址:端口' },
}

/** The same of what has no state. */
const NOT_YOURS: Text = { en: 'Someone else decides that', zh: '应由其他方处理' }

/** The text of a refusal. @param what what it is about */
export function refusalText(code: RefusalCode, language: Language, what = ''): string {
  if (code === 'not-yours' && what === '') return NOT_YOURS[language]
  // A function, since a name may hold what `replace` would read as a pattern, such as `$&`.
  return REFUSALS[code][language].replace('{}', () => what)
}

/** A refusal in someone's language. */
export interface ToldRefusal {
  readonly code: RefusalCode
  readonly message: string
  readonly issues: readonly Issue[]
}

export function tellRefusal({ code, details }: DeskRefusal, language: Language): ToldRefusal {
  return {
    code, message: refusalText(code, language, details.what),
    issues: details.issues?.(language) ?? [],
  }
}

/** The text of a rule of our own; undefined when it is none. */
export function ruleText(rule: string, language: Language): string | undefined {
  return Object.hasOwn(RULES, rule) ? RULES[rule as FieldRule][language] : undefined
}
