import type { Logger } from 'pino'
import { DeskConnection } from '../client/desk-api-connection.ts'
import { reportAnswer } from '../desk/feed/report.ts'
import { Reporter } from '../desk/feed/reporter.ts'
import { REPORT_RETRY_MS_MAX, REPORT_TIMEOUT_MS } from '../desk/limits.ts'
import { randomFraction } from '../lib/random.ts'
import { createKeyObject } from '../record/public-key-der.ts'
import { decodePublicKey } from '../record/public-key.ts'
import type { Registry } from '../registry/registry.ts'
import type { Signer } from '../registry/signer.ts'
import { STATE_INTERVAL_MS } from './limits.ts'
import type { Meters } from './meters.ts'

/** The desk of the node above. */
export interface UpstreamDesk {
  /** `https://top.example:8443`, without a path. */
  readonly origin: string
  /** Certificates to trust beside the system's (PEM), or null. */
  readonly ca: string | null
}

export interface ReportingParts {
  readonly registry: Registry
  /** This node's own prefix. */
  readonly prefix: string
  readonly signer: Signer
  readonly meters: Pick<Meters, 'counters' | 'gauges'>
  readonly logger: Logger
}

/** Reports that go on by themselves: at once when woken, else when their time has come. */
export interface Reporting {
  /** Something has changed. */
  wake(): void
  /** Ends the call under way and waits for what it writes. Safe to call again. */
  stop(): Promise<void>
}

/** Begins to report to the node above, with what was left over from the run before. */
export function startReporting(upstream: UpstreamDesk, parts: ReportingParts): Reporting {
  const { registry, prefix, signer, meters: { counters, gauges } } = parts
  const connection = new DeskConnection({
    origin: upstream.origin, ca: upstream.ca, secret: null, timeoutMs: REPORT_TIMEOUT_MS,
  })
  const reporter = new Reporter({
    registry, prefix,
    upstream: upstream.origin,
    publicKey: pemOf(signer.publicKey),
    sign: (bytes) => signer.sign(bytes, 'sha256'),
    post: (report) => connection.call(
      { method: 'POST', path: '/v1/feeds', body: { report } }, reportAnswer),
    random: randomFraction,
    onReported: (outcome) => {
      counters.add(`desk_reports_${outcome}_total`)
    },
  })
  const loop = new ReportLoop(reporter, parts.logger)
  const tell = (): void => {
    try {
      const { count, oldestMs } = reporter.waiting()
      const ageMs = oldestMs === null ? 0 : registry.clock.nowMs() - oldestMs
      gauges.set('desk_outbox_changes', count)
      gauges.set('desk_outbox_oldest_seconds', Math.max(0, ageMs) / 1000)
    } catch (error) {
      parts.logger.warn({ err: error }, 'what waits to be reported could not be counted')
    }
  }
  tell()
  const telling = setInterval(tell, STATE_INTERVAL_MS).unref()
  loop.wake()
  return {
    wake: () => {
      loop.wake()
    },
    stop: async () => {
      clearInterval(telling)
      const stopped = loop.stop()
      // A call under way fails with its connection.
      await connection.close()
      await stopped
    },
  }
}

/** One step after the other; between them it sleeps until the next is due. */
class ReportLoop {
  readonly #reporter: Reporter
  readonly #logger: Logger
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #woken = false
  #stopped = false

  constructor(reporter: Reporter, logger: Logger) {
    this.#reporter = reporter
    this.#logger = logger
  }

  /** While the node above fails, changes wait as everything does. */
  wake(): void {
    if (this.#running !== null) this.#woken = true
    else if (!this.#reporter.failing) this.#plan(0)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#running
  }

  #plan(delayMs: number): void {
    if (this.#stopped) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#woken = false
      this.#running = this.#run()
    }, delayMs).unref()
  }

  async #run(): Promise<void> {
    const before = this.#reporter.failing
    const delayMs = await this.#reporter.step().catch((error: unknown) => {
      this.#logger.error({ err: error }, 'reporting to the node above failed here')
      return REPORT_RETRY_MS_MAX
    })
    const { failing } = this.#reporter
    if (failing && !before && !this.#stopped) {
      this.#logger.warn('the node above takes no reports; they wait (GET /v1/outbox says why)')
    }
    if (before && !failing) this.#logger.info('the node above takes reports again')
    this.#running = null
    this.#plan(this.#woken && !failing ? 0 : delayMs)
  }
}

function pemOf(publicKey: Buffer): string {
  const key = createKeyObject(decodePublicKey(publicKey))
  if (key === undefined) throw new RangeError('the node has no RSA key')
  return key.export({ type: 'spki', format: 'pem' })
}
