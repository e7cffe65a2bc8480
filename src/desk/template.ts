import { z } from 'zod'
import { description, industry, name, refuseDuplicates, rule } from './fields.ts'
import {
  TEMPLATE_INDEX_MIN, TEMPLATE_ITEM_COUNT_MAX, TEMPLATE_VERSION_CHARACTERS_MAX,
  VALUE_CHARACTERS_MAX, VALUE_TYPE_CHARACTERS_MAX,
} from './limits.ts'

/** What a value of an item may be; the numbers of the field's interfaces stand behind. */
export const ITEM_TYPES = [
  'text', 'number', 'date', 'file', 'reference', 'audio', 'video', 'picture',
] as const
export type ItemType = (typeof ITEM_TYPES)[number]

const templateItem = z.strictObject({
  /** The name in Chinese, for people. */
  name: name(),
  /** The type of the value, as registered and resolved. */
  type: z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]*$/).max(VALUE_TYPE_CHARACTERS_MAX),
  index: z.int().min(TEMPLATE_INDEX_MIN).max(0x7fffffff),
  dataType: z.enum(ITEM_TYPES),
  minLength: z.int().min(0).max(VALUE_CHARACTERS_MAX).default(0),
  maxLength: z.int().min(1).max(VALUE_CHARACTERS_MAX).default(VALUE_CHARACTERS_MAX),
  required: z.boolean().default(false),
  /** No two identifiers of the prefix have the same value of this item. */
  unique: z.boolean().default(false),
  /** An item that is out of use takes no values; it is never deleted. */
  disabled: z.boolean().default(false),
}).superRefine(({ minLength, maxLength }, context) => {
  if (minLength <= maxLength) return
  context.addIssue({ code: 'custom', path: ['minLength'], params: rule('length-order') })
})

export type TemplateItem = z.output<typeof templateItem>

/** What a version of a data template 数据模板 says, once and for all. */
export const templateBody = z.strictObject({
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/).max(TEMPLATE_VERSION_CHARACTERS_MAX),
  description: description().optional(),
  industry: industry().optional(),
  /** Whether it describes active identifier carriers 主动标识载体. */
  activeCarrier: z.boolean().default(false),
  items: z.array(templateItem).min(1).max(TEMPLATE_ITEM_COUNT_MAX),
}).superRefine(({ items }, context) => {
  for (const key of ['type', 'index'] as const) {
    refuseDuplicates(items.map((item) => item[key]), (i) => ['items', i, key], context)
  }
})

export type TemplateBody = z.output<typeof templateBody>

/** A template in use: its items by type and by index. */
export interface Template {
  readonly version: string
  readonly items: ReadonlyMap<string, TemplateItem>
  readonly required: readonly TemplateItem[]
}

export function createTemplate(body: TemplateBody): Template {
  const live = body.items.filter((item) => item.required && !item.disabled)
  return {
    version: body.version,
    items: new Map(body.items.map((item) => [item.type, item])),
    required: live,
  }
}

/** A value that a registration offers, by the template's rules. */
export interface OfferedValue {
  readonly index: number
  readonly type: string
  readonly text: string
}

/** A rule of a template that a value breaks. */
export interface TemplateFault {
  /** Which of the offered values, or null when one is missing. */
  readonly at: number | null
  readonly item: string
  readonly rule: 'item-required' | 'item-type' | 'item-length' | 'item-unknown' | 'item-disabled'
}

const NUMBER = /^-?\d+(\.\d+)?$/
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** Every rule that values break; none when they are what the template asks for. */
export function checkAgainstTemplate(
  template: Template, values: readonly OfferedValue[],
): TemplateFault[] {
  const faults: TemplateFault[] = []
  const given = new Set<string>()
  for (const [at, { index, type, text }] of values.entries()) {
    const item = template.items.get(type)
    if (item === undefined || item.index !== index) {
      faults.push({ at, item: type, rule: 'item-unknown' })
      continue
    }
    given.add(type)
    const broken = brokenRule(item, text)
    if (broken !== undefined) faults.push({ at, item: type, rule: broken })
  }
  for (const { type } of template.required) {
    if (!given.has(type)) faults.push({ at: null, item: type, rule: 'item-required' })
  }
  return faults
}

function brokenRule(item: TemplateItem, text: string): TemplateFault['rule'] | undefined {
  if (item.disabled) return 'item-disabled'
  if (item.required && text === '') return 'item-required'
  const { length } = text
  if (length < item.minLength || length > item.maxLength) return 'item-length'
  return text === '' || isOfType(item.dataType, text) ? undefined : 'item-type'
}

function isOfType(type: ItemType, text: string): boolean {
  switch (type) {
    case 'number':
      return NUMBER.test(text)
    case 'date':
      return DATE.test(text) && !Number.isNaN(Date.parse(text.slice(0, 10)))
    case 'reference':
      return /^[^/\s]+\/\S+$/.test(text)
    default:
      return true
  }
}

/** How far a template has come: a draft may still be changed, a published one never. */
export const TEMPLATE_STATES = ['draft', 'published', 'withdrawn'] as const
export type TemplateState = (typeof TEMPLATE_STATES)[number]
export type TemplateAction = 'publish' | 'withdraw'

/** The state an action leads to; undefined when it can't be done from here. */
export function nextTemplateState(
  from: TemplateState, action: TemplateAction,
): TemplateState | undefined {
  if (action === 'publish') return from === 'published' ? undefined : 'published'
  return from === 'published' ? 'withdrawn' : undefined
}
