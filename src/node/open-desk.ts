import { join } from 'node:path'
import type { Logger } from 'pino'
import { openDesk as openEmptyDesk } from '../desk/bootstrap.ts'
import { RegistrationDesk } from '../desk/desk.ts'
import type { Registry } from '../registry/registry.ts'
import type { Config } from './config.ts'
import { DESK_SAVE_INTERVAL_MS } from './limits.ts'
import { writePrivateFile } from './private-file.ts'

/** How the desk's first administrator gets in: a file that its owner alone may read. */
export const DESK_ADMIN_FILE = 'desk-admin.json'

export interface OpenedDesk {
  readonly desk: RegistrationDesk
  /** Saves what is only counted in memory. Safe to call again. */
  stop(): void
}

/**
 * Opens the registration desk of this node. The first time it makes an administrator and writes
 * name, password and API key to DESK_ADMIN_FILE in the data folder.
 */
export async function openDesk(
  config: Config, deskPrefix: string, registry: Registry, siteBytes: Buffer, logger: Logger,
): Promise<OpenedDesk> {
  const name = `${deskPrefix} 运营单位`
  const first = await openEmptyDesk(registry, siteBytes, deskPrefix, name)
  if (first !== undefined) {
    const path = join(config.dataDir, DESK_ADMIN_FILE)
    writePrivateFile(path, `${JSON.stringify(first, null, 2)}\n`)
    logger.info({ path }, 'the desk is open; its first administrator is in the file')
  }
  const desk = new RegistrationDesk({
    registry,
    clock: registry.clock,
    siteBytes,
    onError: (error) => {
      logger.error({ err: error }, 'a call of the desk failed')
    },
  })
  const timer = setInterval(() => {
    save()
  }, DESK_SAVE_INTERVAL_MS)
  timer.unref()
  const save = (): void => {
    try {
      desk.save()
    } catch (error) {
      logger.warn({ err: error }, 'the counts of the desk could not be saved; trying again')
    }
  }
  return {
    desk,
    stop: () => {
      clearInterval(timer)
      save()
    },
  }
}
