import { haveHelpersGiveWay } from '../lib/give-way.ts'
import { settleNextTick } from '../lib/next-tick.ts'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { systemClock } from '../lib/clock.ts'
import { GenerationTable } from '../lib/generations.ts'
import type { HostPort } from '../lib/host-port.ts'
import { Registry } from '../registry/registry.ts'
import { createSigner } from '../registry/signer.ts'
import { DATABASE_FILE } from '../store/limits.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { createCommitMeters } from './commit-meters.ts'
import type { Config } from './config.ts'
import type { DoorSettings } from './doors.ts'
import { appointFirstAdministrator } from './first-administrator.ts'
import { GENERATION_SLOT_COUNT } from './limits.ts'
import { prepareHttps } from './https.ts'
import { acquireDataLock } from './lock.ts'
import { createMeters, MAIN_THREAD, type Meters } from './meters.ts'
import { tellNodeState } from './node-state.ts'
import { LogMerging } from './log-merging.ts'
import { loadNodeKey } from './node-key.ts'
import type { Office } from './office.ts'
import type { OpenDeskParts, OpenedDesk } from './open-desk.ts'
import { openOffice } from './open-office.ts'
import { claimAddress } from './ports.ts'
import { encodeOwnSite } from './site.ts'
import { type Holdings, NodeStatus } from './status.ts'
import { Supervisor } from './supervisor.ts'

export interface NodeOptions {
  readonly logger: Logger
  /** Told now and then how far seeding an empty data folder has come. */
  readonly onSeedProgress?: (done: number, total: number) => void
}

/** A node that listens. */
export interface RunningNode {
  readonly nativeAddress: HostPort
  readonly httpAddress: HostPort
  readonly httpsAddress: HostPort | null
  /** Where metrics have a door of their own; null when the HTTP door shows them. */
  readonly metricsAddress: HostPort | null
  readonly workerCount: number
  /** Whether an empty data folder was filled with the fictional demo registry. */
  readonly seeded: boolean
  /** Where the administrator is described that this start has made; null when it made none. */
  readonly adminFile: string | null
  /** Changes to its records; every thread's answers follow at once. */
  readonly registry: Registry
  readonly supervisor: Supervisor | null
  holdings(): Holdings
  /** What the node has counted, over all threads. */
  counters(): Record<string, number>
  /** Drains and closes everything. Safe to call again. */
  stop(): Promise<void>
}

/**
 * Starts a node: takes the data folder, opens the store, seeds it if asked, claims the addresses
 * and opens the doors, in this thread (no workers) or in resolver threads.
 * @throws DataLockedError, DataFolderError, StoreOpenError, AddressError, CertificateError,
 * NodeKeyError; then nothing is left open
 */
export async function startNode(config: Config, options: NodeOptions): Promise<RunningNode> {
  settleNextTick()
  haveHelpersGiveWay()
  const { logger } = options
  const undo: (() => void | Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step()
  }
  try {
    const lock = acquireDataLock(config.dataDir)
    undo.push(() => {
      lock.release()
    })
    const databasePath = join(config.dataDir, DATABASE_FILE)
    const store = openStore(databasePath)
    undo.push(() => {
      store.close()
    })
    const merging = new LogMerging(store, databasePath)
    undo.push(() => merging.stop())
    const generations = GenerationTable.create(GENERATION_SLOT_COUNT)
    const status = NodeStatus.create()
    const meters = createMeters(config.workers)
    const supervisor = startThreads(config, logger, meters, undo)
    const commitMeters = createCommitMeters(meters)
    const registry = new Registry({
      store,
      generations,
      clock: systemClock,
      onCommitted: (changeCount, seconds) => {
        commitMeters.onCommitted(changeCount, seconds)
        merging.afterCommit(changeCount)
        status.setHoldings(holdingsOf(registry))
      },
    })
    const seeded = await seedIfAsked(config, store, registry, options)
    status.setHoldings(holdingsOf(registry))
    status.setReady('store', true)

    const nativeAddress = await claimAddress(config.native, true)
    const httpAddress = await claimAddress(config.http, false)
    const https = await prepareHttps(config, logger, undo)
    // Once nothing else keeps the node from starting, so that it is said when it counts.
    const adminFile = config.appointsAdministrator
      ? await appointFirstAdministrator(config.dataDir, config.rootPrefix, registry)
      : null
    if (adminFile !== null) logger.info({ file: adminFile }, 'first administrator made')
    const signer = createSigner(await loadNodeKey(config.dataDir))
    const siteBytes = encodeOwnSite({
      native: nativeAddress, http: httpAddress, https: https?.address ?? null,
      publicKey: signer.publicKey,
    })
    const opened = await openDeskIfAny({ config, registry, siteBytes, signer, meters, logger })
    undo.push(() => opened?.stop())
    const office = await openOffice({
      registry, generations, siteBytes, signer, meters,
      administrators: config.administrators,
      gauge: commitMeters.writer,
      desk: opened?.desk ?? null,
      recursion: config.recursion,
    }, undo)
    undo.push(tellNodeState(meters, status, databasePath))
    const metricsAddress = config.metrics === null
      ? null
      : await (await import('./metrics-door.ts')).openMetricsDoor(
        config.metrics, meters, status, undo)
    await openDoors(
      {
        databasePath,
        native: nativeAddress,
        http: httpAddress,
        https,
        siteBytes: Uint8Array.from(siteBytes),
        shared: config.workers > 0,
        trustedNetworks: config.trustedNetworks,
        cacheBytes: Math.floor((config.cacheMebibytes * 1_048_576) / Math.max(1, config.workers)),
        recursion: config.recursion,
        generations: generations.buffer,
        meters: meters.buffers,
        thread: MAIN_THREAD,
        showsMetrics: config.metrics === null,
        status: status.buffer,
        deskPlainFromAnywhere: config.deskPlain === 'any',
      },
      office,
      supervisor,
      undo,
    )
    for (const part of ['threads', 'native', 'http'] as const) status.setReady(part, true)
    undo.push(() => {
      status.setReady('native', false)
    })
    const httpsAddress = https?.address ?? null
    logger.info({
      native: nativeAddress, http: httpAddress, https: httpsAddress, workers: config.workers,
    }, 'started')
    undo.unshift(() => {
      logger.info('stopped')
    })
    return {
      nativeAddress,
      httpAddress,
      httpsAddress,
      metricsAddress,
      workerCount: config.workers,
      seeded,
      adminFile,
      registry,
      supervisor,
      holdings: () => status.holdings(),
      counters: () => meters.counters.read(),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function holdingsOf({ store, homedCount }: Registry): Holdings {
  return { records: store.countRecords(), prefixes: homedCount }
}

async function seedIfAsked(
  config: Config, store: Store, registry: Registry, options: NodeOptions,
): Promise<boolean> {
  if (config.seed !== 'demo' || store.countRecords() > 0) return false
  const { seedDemo } = await import('./seeding.ts')
  await seedDemo(registry, options.onSeedProgress)
  return true
}

/** What few nodes have is loaded by those that have it: the rest start sooner without. */
async function openDeskIfAny(parts: OpenDeskParts): Promise<OpenedDesk | null> {
  const { deskPrefix } = parts.config
  if (deskPrefix === null) return null
  const { openDesk } = await import('./open-desk.ts')
  return openDesk(deskPrefix, parts)
}

/** Starts resolver threads, if there are any: they load while this thread does. */
function startThreads(
  { workers, recursion }: Config, logger: Logger, { counters }: Meters,
  undo: (() => void | Promise<void>)[],
): Supervisor | null {
  if (workers === 0) return null
  const supervisor = new Supervisor(logger, counters, recursion !== null)
  undo.push(() => supervisor.stop())
  supervisor.start(workers)
  return supervisor
}

/** Opens the doors in this thread, or in threads of their own. */
async function openDoors(
  settings: DoorSettings,
  office: Office,
  supervisor: Supervisor | null,
  undo: (() => void | Promise<void>)[],
): Promise<void> {
  if (supervisor !== null) {
    // Before whatever has been prepared since the threads started.
    undo.push(() => supervisor.stop())
    await supervisor.open(settings, office)
    return
  }
  const { startDoors } = await import('./doors.ts')
  const doors = await startDoors(settings, office)
  undo.push(() => doors.stop())
}
