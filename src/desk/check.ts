import { z } from 'zod'
import type { Language } from './language.ts'
import { ruleText } from './messages.ts'
import { DeskRefusal, type Issue } from './refusal.ts'
import { ISSUE_COUNT_MAX } from './limits.ts'

/** What is wrong with input, in the words of each language. */
export const LOCALES = { en: z.locales.en().localeError, zh: z.locales.zhCN().localeError }

/**
 * Checks one part of a request. @param part where it stands: `body`, `query`, `params`
 * @throws DeskRefusal with every field that breaks a rule
 */
export function check<T>(
  schema: z.ZodType<T>, value: unknown, part: string, language: Language,
): T {
  const result = schema.safeParse(value, { error: (issue) => textOf(issue, language) })
  if (result.success) return result.data
  const issues = result.error.issues.slice(0, ISSUE_COUNT_MAX).map((issue) => toIssue(issue, part))
  throw new DeskRefusal('invalid', { issues: () => issues })
}

/** A refusal for one field that breaks one of our rules. */
export function refuseField(pointer: string, rule: string): DeskRefusal {
  return new DeskRefusal('invalid', {
    issues: (language) => [{ pointer, rule, message: ruleText(rule, language) ?? rule }],
  })
}

function textOf(issue: z.core.$ZodRawIssue, language: Language): string | undefined {
  const rule: unknown = issue.code === 'custom' ? issue.params?.['rule'] : undefined
  const own = typeof rule === 'string' ? ruleText(rule, language) : undefined
  if (own !== undefined) return own
  if (issue.code === 'invalid_union') return unionText(expectedIn(issue.errors), language)
  const text = LOCALES[language](issue)
  return typeof text === 'string' ? text : text?.message
}

/** What the ways that a value could have been read expect. */
function expectedIn(ways: readonly (readonly z.core.$ZodIssue[])[] = []): string[] {
  return ways.flatMap(([issue]) =>
    issue?.code === 'invalid_type' && issue.path.length === 0 ? issue.expected : [])
}

function unionText(expected: readonly string[], language: Language): string | undefined {
  if (expected.length === 0) return undefined
  return language === 'zh'
    ? `无效输入：期望 ${expected.join(' 或 ')}`
    : `Invalid input: expected ${expected.join(' or ')}`
}

function toIssue(issue: z.core.$ZodIssue, part: string): Issue {
  const path = issue.path.map((step) => `/${escapePointer(String(step))}`).join('')
  return { pointer: `/${part}${path}`, rule: ruleOf(issue), message: issue.message }
}

/** Names a rule for machines: `too_big:100`, `invalid_format:email`, `credit-code`. */
function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'custom':
      return typeof issue.params?.['rule'] === 'string' ? issue.params['rule'] : 'custom'
    case 'too_big':
      return `too_big:${issue.maximum}`
    case 'too_small':
      return `too_small:${issue.minimum}`
    case 'invalid_format':
      return `invalid_format:${issue.format}`
    case 'invalid_type':
      return `invalid_type:${issue.expected}`
    case 'invalid_union':
      return ['invalid_union', ...expectedIn(issue.errors)].join(':')
    case 'unrecognized_keys':
      return `unrecognized_keys:${issue.keys.slice(0, 5).join(',')}`
    default:
      return issue.code
  }
}

/** RFC 6901 §3. */
function escapePointer(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1')
}
