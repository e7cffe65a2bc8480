import cliProgress from 'cli-progress'
import { systemClock } from '../lib/clock.ts'
import { group } from './format.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /**
   * Shows how far the work is; the bar is there from the first call on.
   * @param total 0 when it is not known
   * @param count what is counted, when `done` and `total` measure something else
   */
  update(done: number, total: number, count?: number): void
  /** Takes the bar off the terminal; may be called twice. */
  stop(): void
}

const silent: Progress = { update: () => undefined, stop: () => undefined }

/**
 * A bar with rate and remaining time for long work that begins now; nothing at all where no person
 * watches.
 * @param label what is being done, as one word
 * @param unit what is counted
 */
export function createProgress(terminal: Terminal, label: string, unit: string): Progress {
  if (!terminal.interactive) return silent
  const startedMs = systemClock.elapsedMs()
  let bar: cliProgress.SingleBar | undefined
  return {
    update: (done, total, count = done) => {
      const seconds = (systemClock.elapsedMs() - startedMs) / 1000
      const rate = seconds > 0 ? group(Math.round(count / seconds)) : '-'
      // All of the work goes as fast as what is done of it.
      const left = done > 0 ? formatSeconds((total - done) * seconds / done) : '-'
      const shown = { count: group(count), rate, left }
      if (bar !== undefined) bar.update(done, shown)
      else {
        bar = createBar(terminal, label, unit, total > 0)
        bar.start(total, done, shown)
      }
    },
    stop: () => { bar?.stop() },
  }
}

/** `5 s`, `2 min 5 s`, `1 h 2 min`. */
function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes} min ${whole % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function createBar(
  terminal: Terminal, label: string, unit: string, sized: boolean,
): cliProgress.SingleBar {
  const counted = `{count} ${unit} · {rate}/s`
  const format = sized
    ? `${label} {bar} {percentage} % · ${counted} · {left} left`
    : `${label} ${counted}`
  return new cliProgress.SingleBar({
    stream: terminal.messages,
    format,
    barsize: 24,
    clearOnComplete: true,
  }, cliProgress.Presets.shades_classic)
}
