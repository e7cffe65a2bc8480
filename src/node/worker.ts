import { type MessagePort, parentPort } from 'node:worker_threads'
import { type DoorSettings, startDoors } from './doors.ts'
import { connectOffice } from './office.ts'

/** What a resolver thread needs to know to open its doors. */
export interface OpenOrder {
  readonly kind: 'open'
  readonly settings: DoorSettings
  /** Leads to the office in the main thread. */
  readonly officePort: MessagePort
  /** What the office has. */
  readonly has: { readonly native: boolean; readonly desk: boolean }
}

/** What the main thread tells a resolver thread: to open once, later to stop. */
export type WorkerOrder = OpenOrder | { readonly kind: 'stop' }

/** What a resolver thread says once its doors are open. */
export interface WorkerReport {
  readonly kind: 'ready'
}

/** The life of one resolver thread: open the doors when told, say so, close them when told. */
function run(port: NonNullable<typeof parentPort>): void {
  let close: (() => Promise<void>) | null = null
  const obey = async (order: WorkerOrder): Promise<void> => {
    if (order.kind === 'stop') {
      // With its doors and ports closed nothing is left to do, and the thread ends by itself.
      await close?.()
      port.close()
      return
    }
    const { settings, officePort, has } = order
    const doors = await startDoors(settings, connectOffice(officePort, has))
    close = async () => {
      await doors.stop()
      officePort.close()
    }
    port.postMessage({ kind: 'ready' } satisfies WorkerReport)
  }
  port.on('message', (order: WorkerOrder) => {
    // Doors that can't be opened end the thread, and the main thread hears why.
    void obey(order)
  })
}

if (parentPort !== null) run(parentPort)
