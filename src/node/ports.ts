import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { isIPv6 } from 'node:net'
import { formatHostPort, type HostPort } from '../lib/host-port.ts'

/** A listener can't have the address it was given. */
export class AddressError extends Error {
  override readonly name = 'AddressError'
}

const EPHEMERAL_ATTEMPTS_MAX = 10

/**
 * Finds out, before any thread listens, whether an address is free: threads share their ports
 * among each other, and would share them with a second node without a word.
 * Port 0 becomes a port that is free for all the asked protocols.
 * @throws AddressError
 */
export async function claimAddress(address: HostPort, withUdp: boolean): Promise<HostPort> {
  for (let attempt = 1; ; attempt++) {
    try {
      const port = await probeTcp(address)
      if (withUdp) await probeUdp({ host: address.host, port })
      return { host: address.host, port }
    } catch (error) {
      if (address.port === 0 && attempt < EPHEMERAL_ATTEMPTS_MAX && isInUse(error)) continue
      throw addressError(address, error)
    }
  }
}

async function probeTcp({ host, port }: HostPort): Promise<number> {
  const server = createServer()
  server.listen({ host, port })
  await once(server, 'listening')
  const bound = server.address()
  server.close()
  await once(server, 'close')
  if (bound === null || typeof bound === 'string') throw new Error('no port was given')
  return bound.port
}

async function probeUdp({ host, port }: HostPort): Promise<void> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4')
  socket.bind({ address: host, port })
  await once(socket, 'listening')
  socket.close()
  await once(socket, 'close')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function isInUse(error: unknown): boolean {
  return codeOf(error) === 'EADDRINUSE'
}

function addressError(address: HostPort, error: unknown): AddressError {
  const where = formatHostPort(address)
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new AddressError(`${where} is in use; stop what listens there, or choose another port`)
    case 'EACCES':
      return new AddressError(`${where} may not be used by this user; choose a port above 1023`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new AddressError(`${where} is no address of this machine; choose one that is`)
    default: {
      const reason = error instanceof Error ? error.message : String(error)
      return new AddressError(`can't listen on ${where}: ${reason}`)
    }
  }
}
