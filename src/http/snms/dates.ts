import { z } from 'zod'
import { BEIJING_OFFSET_MS } from '../../desk/limits.ts'
import { checkInput } from './check-input.ts'

const FORM = /^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/
const MESSAGE = '日期格式应为 yyyy-MM-dd HH:mm:ss'

/**
 * A time as the interface has it: of a clock in Beijing, without a zone.
 * @param time ISO 8601, as the desk says it @returns `2026-11-24 19:44:41`
 */
export function formatDate(time: string): string {
  return new Date(Date.parse(time) + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** A time as a filter has it; a day alone begins, or ends, with that day. */
const date = (rest: string) =>
  z.string().optional().transform((text, context) => {
    if (text === undefined || text === '') return undefined
    const whole = text.length === 10 ? `${text} ${rest}` : text
    const timeMs = FORM.test(text) ? Date.parse(`${whole.replace(' ', 'T')}Z`) : NaN
    // 30 February would be read as 1 March.
    const known = !Number.isNaN(timeMs)
      && new Date(timeMs).toISOString().startsWith(text.slice(0, 10))
    if (known) return timeMs - BEIJING_OFFSET_MS
    context.addIssue({ code: 'custom', message: MESSAGE })
    return z.NEVER
  })
const period = z.object({ startDate: date('00:00:00'), endDate: date('23:59:59') })

/** From when to when rows were made, both ends included: milliseconds since 1970. */
export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** The period that a query asks for, all time where it names none; or what is wrong with it. */
export function readPeriod(parameters: unknown): Period | string {
  const given = checkInput(period, parameters ?? {})
  if (typeof given === 'string') return given
  const { startDate = -Infinity, endDate = Infinity } = given
  // The last second of a period is in it to its end.
  return { fromMs: startDate, toMs: endDate + 999 }
}

export function isWithin({ fromMs, toMs }: Period, time: string): boolean {
  const timeMs = Date.parse(time)
  return timeMs >= fromMs && timeMs <= toMs
}
