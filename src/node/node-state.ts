import { readdirSync, statSync } from 'node:fs'
import { STATE_INTERVAL_MS } from './limits.ts'
import type { Meters } from './meters.ts'
import type { NodeStatus } from './status.ts'

const DESCRIPTORS = '/proc/self/fd'
const MICROSECONDS_PER_SECOND = 1e6

/** Tells the gauges now and then how the node as a whole stands. @returns what stops it */
export function tellNodeState(
  { gauges }: Meters, status: NodeStatus, databasePath: string,
): () => void {
  const tell = (): void => {
    const { records, prefixes } = status.holdings()
    gauges.set('store_held_records', records)
    gauges.set('store_held_prefixes', prefixes)
    gauges.set('store_file_bytes', bytesOf(databasePath) + bytesOf(`${databasePath}-wal`))
    const { user, system } = process.cpuUsage()
    gauges.set('process_used_cpu_seconds', (user + system) / MICROSECONDS_PER_SECOND)
    gauges.set('process_resident_bytes', process.memoryUsage.rss())
    gauges.set('process_open_descriptors', countDescriptors())
    gauges.set('process_uptime_seconds', process.uptime())
  }
  tell()
  const timer = setInterval(tell, STATE_INTERVAL_MS).unref()
  return () => {
    clearInterval(timer)
  }
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

/** 0 where the system does not tell. */
function countDescriptors(): number {
  try {
    return readdirSync(DESCRIPTORS).length
  } catch {
    return 0
  }
}
