import type { Socket } from 'node:net'

/** Connections whose request is a stream of any length, so that its time is no sign of anything. */
const streaming = new WeakSet<Socket>()

/** Lets the request of a connection last as long as it likes. */
export function keepOpen(socket: Socket): void {
  streaming.add(socket)
}

export function isKeptOpen(socket: Socket): boolean {
  return streaming.has(socket)
}
