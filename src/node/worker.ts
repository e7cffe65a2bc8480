import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { type DoorSettings, startDoors } from './doors.ts'
import { connectOffice } from './office.ts'

/** What a resolver thread is started with. */
export interface WorkerData {
  readonly settings: DoorSettings
  /** Leads to the office in the main thread. */
  readonly officePort: MessagePort
  /** What the office has. */
  readonly has: { readonly native: boolean; readonly desk: boolean }
}

/** What the main thread tells a resolver thread. */
export interface WorkerOrder {
  readonly kind: 'stop'
}

/** What a resolver thread says once its doors are open. */
export interface WorkerReport {
  readonly kind: 'ready'
}

/** The life of one resolver thread: open the doors, say so, close them when told. */
async function run(port: NonNullable<typeof parentPort>): Promise<void> {
  // Only our own main thread makes this thread, so its data is what it says.
  const { settings, officePort, has } = workerData as WorkerData
  const doors = await startDoors(settings, connectOffice(officePort, has))
  port.on('message', (_order: WorkerOrder) => {
    // With its doors and this port closed nothing is left to do, and the thread ends by itself.
    void doors.stop().then(() => {
      port.close()
      officePort.close()
    })
  })
  const ready: WorkerReport = { kind: 'ready' }
  port.postMessage(ready)
}

if (parentPort !== null) await run(parentPort)
