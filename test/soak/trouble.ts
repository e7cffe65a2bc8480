import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { requestFor } from '../support/native.ts'

/**
 * Sends what no honest client sends: noise, cut and twisted messages, half a request, over every
 * door. Whether an answer comes is of no interest; that the others get theirs is.
 */
export function makeTrouble(
  ports: { readonly native: number; readonly http: number }, random: () => number,
): void {
  const noise = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 200) }, () =>
    Math.floor(random() * 256)))
  const twisted = requestFor('88.118.8/S1')
  twisted[Math.floor(random() * twisted.length)] = Math.floor(random() * 256)
  const cut = twisted.subarray(0, Math.floor(random() * twisted.length))
  const socket = createSocket('udp4')
  socket.on('error', () => undefined)
  for (const bytes of [noise, twisted, cut]) socket.send(bytes, ports.native, '127.0.0.1')
  setTimeout(() => socket.close(), LINGER_MS)
  for (const bytes of [noise, twisted, cut]) say(ports.native, bytes)
  for (const text of ['GET /api/handles/%zz HTTP/1.1\r\nHost: x\r\n\r\n', 'GET / HT', '\0\0']) {
    say(ports.http, Buffer.from(text))
  }
}

const LINGER_MS = 50

/** Says something and goes away, politely or not. */
function say(port: number, bytes: Buffer): void {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  socket.on('data', () => undefined)
  socket.write(bytes)
  setTimeout(() => {
    if (bytes.length % 2 === 0) socket.resetAndDestroy()
    else socket.destroy()
  }, LINGER_MS)
}
