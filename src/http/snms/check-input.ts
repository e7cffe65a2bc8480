import type { z } from 'zod'
import { LOCALES } from '../../desk/check.ts'

/** Input as a schema makes it, or what is wrong with the first place that breaks it. */
export function checkInput<T>(schema: z.ZodType<T>, json: unknown): T | string {
  const parsed = schema.safeParse(json, { error: LOCALES.zh })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const message = issue?.message ?? '参数有误'
  const path = issue?.path.join('.') ?? ''
  return path === '' ? message : `${path}: ${message}`
}
