import { BEIJING_OFFSET_MS } from './limits.ts'

export const DAY_MS = 86_400_000

/** The day that a time is in, in Beijing, counted from 1970. */
export function dayOf(timeMs: number): number {
  return Math.floor((timeMs + BEIJING_OFFSET_MS) / DAY_MS)
}

/** When a day begins. */
export function startOfDayMs(day: number): number {
  return day * DAY_MS - BEIJING_OFFSET_MS
}

/** A day as `2026-03-01`. */
export function formatDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}
