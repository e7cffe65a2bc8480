import { join } from 'node:path'
import type { Logger } from 'pino'
import { openDesk as openEmptyDesk } from '../desk/bootstrap.ts'
import { RegistrationDesk } from '../desk/desk.ts'
import { REPORT_LATE_MS } from '../desk/limits.ts'
import type { Registry } from '../registry/registry.ts'
import type { Signer } from '../registry/signer.ts'
import type { Config } from './config.ts'
import { DESK_SAVE_INTERVAL_MS } from './limits.ts'
import type { Meters } from './meters.ts'
import { writePrivateFile } from './private-file.ts'
import type { Reporting } from './reporting.ts'

/** How the desk's first administrator gets in: a file that its owner alone may read. */
export const DESK_ADMIN_FILE = 'desk-admin.json'

export interface OpenedDesk {
  readonly desk: RegistrationDesk
  /** Saves what is only counted in memory, and ends reporting. Safe to call again. */
  stop(): Promise<void>
}

export interface OpenDeskParts {
  readonly config: Config
  readonly registry: Registry
  readonly siteBytes: Buffer
  readonly signer: Signer
  readonly meters: Meters
  readonly logger: Logger
}

/**
 * Opens the registration desk of this node. The first time it makes an administrator and writes
 * name, password and API key to DESK_ADMIN_FILE in the data folder. Where there is a desk above,
 * it begins to report to it.
 */
export async function openDesk(deskPrefix: string, parts: OpenDeskParts): Promise<OpenedDesk> {
  const { config, registry, siteBytes, logger } = parts
  const name = `${deskPrefix} 运营单位`
  const first = await openEmptyDesk(registry, siteBytes, deskPrefix, name)
  if (first !== undefined) {
    const path = join(config.dataDir, DESK_ADMIN_FILE)
    writePrivateFile(path, `${JSON.stringify(first, null, 2)}\n`)
    logger.info({ path }, 'the desk is open; its first administrator is in the file')
  }
  const reporting = await startReportingIfAny(deskPrefix, parts)
  const desk = new RegistrationDesk({
    registry,
    clock: registry.clock,
    siteBytes,
    onError: (error) => {
      logger.error({ err: error }, 'a call of the desk failed')
    },
    onNoted: reporting === null
      ? null
      : () => {
        reporting.wake()
      },
  })
  const save = (): void => {
    try {
      desk.save()
      tellLate(parts)
    } catch (error) {
      logger.warn({ err: error }, 'the counts of the desk could not be saved; trying again')
    }
  }
  save()
  const timer = setInterval(save, DESK_SAVE_INTERVAL_MS).unref()
  return {
    desk,
    stop: async () => {
      clearInterval(timer)
      save()
      await reporting?.stop()
    },
  }
}

/** Tells the gauges how many nodes below are late with their reports. */
function tellLate({ registry, meters }: OpenDeskParts): void {
  const { clock, store } = registry
  const late = store.desk.feeds.countLate(clock.nowMs() - REPORT_LATE_MS)
  meters.gauges.set('desk_late_feeds', late)
}

async function startReportingIfAny(
  prefix: string, parts: OpenDeskParts,
): Promise<Reporting | null> {
  const { config: { upstreamDesk }, registry } = parts
  if (upstreamDesk !== null) {
    const { startReporting } = await import('./reporting.ts')
    return startReporting(upstreamDesk, { ...parts, prefix })
  }
  // A node that reports to nobody any more has no outbox.
  const { outbox } = registry.store.desk
  if (outbox.find() !== undefined) {
    registry.transact('system', () => {
      outbox.clear()
    })
  }
  return null
}
