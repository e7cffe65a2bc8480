import type { FastifyRequest } from 'fastify'

/** Headers that say that the peer asks for somebody else. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'via'] as const

/** Whether a request comes from this machine itself, and was not handed on by a proxy on it. */
export function isFromThisMachine(request: FastifyRequest): boolean {
  const direct = FORWARDED.every((name) => request.headers[name] === undefined)
  return direct && isLoopback(request.ip)
}

/** Whether an address is one of this machine's own, which nothing outside it can reach. */
export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}
