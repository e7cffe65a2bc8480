import { createMetricsServer } from '../http/metrics.ts'
import type { HostPort } from '../lib/host-port.ts'
import { exposeMeters } from './expose-meters.ts'
import type { Meters } from './meters.ts'
import { claimAddress } from './ports.ts'
import type { NodeStatus } from './status.ts'

/**
 * Shows metrics and health at an address of their own, from the main thread: they are read even
 * when the resolver threads are loaded to their limit, and nobody stands before them in line.
 * @throws AddressError
 */
export async function openMetricsDoor(
  address: HostPort, meters: Meters, status: NodeStatus,
  undo: (() => void | Promise<void>)[],
): Promise<HostPort> {
  const claimed = await claimAddress(address, false)
  const server = createMetricsServer(exposeMeters(meters), {
    readiness: () => status.readiness(),
    holdings: () => status.holdings(),
  })
  undo.push(() => server.close())
  await server.listen({ ...claimed })
  return claimed
}
