import { z } from 'zod'
import { foldAscii } from '../identifier/identifier.ts'
import { parseHostPort } from '../lib/host-port.ts'
import { parseOrigin } from '../lib/origin.ts'
import { parseNetwork } from '../native/networks.ts'
import { identities } from './identities.ts'
import { ANSWER_CACHE_MEBIBYTES_MAX, WORKER_COUNT_MAX } from './limits.ts'

const hostPort = z.string().transform((text, context) => {
  const parsed = parseHostPort(text)
  if (parsed !== undefined) return parsed
  context.addIssue({ code: 'custom', message: 'no address' })
  return z.NEVER
})
const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)])

const path = z.string().min(1).refine((text) => !text.includes('\0'))

const ROOT_PREFIX = /^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/

/** `127.0.0.0/8, ::1/128` */
const networks = z.string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine((all) => all.every((one) => parseNetwork(one) !== undefined))

/** Where personal data may go: over TLS, or on this machine. */
const deskOrigin = z.string().transform((text, context) => {
  const parsed = parseOrigin(text)
  if (parsed !== undefined && (parsed.secure || parsed.local)) return parsed.origin
  context.addIssue({ code: 'custom', message: 'no desk' })
  return z.NEVER
})

/** The settings as values: text or numbers in, checked ones out. */
export const schemas = {
  data: path,
  http: hostPort,
  https: z.union([z.literal('off').transform(() => null), hostPort]),
  tlsCert: path,
  tlsKey: path,
  native: hostPort,
  metrics: z.union([z.literal('none').transform(() => null), hostPort]),
  rootPrefix: z.string().regex(ROOT_PREFIX).transform(foldAscii),
  administrators: identities,
  desk: z.union([
    z.literal('off').transform(() => null), z.string().regex(/^\d{2}(\.\d{3,5})?$/),
  ]),
  deskPlain: z.enum(['local', 'any']),
  upstreamDesk: z.union([z.literal('none').transform(() => null), deskOrigin]),
  seed: z.enum(['demo', 'none']),
  workers: count.pipe(z.int().min(0).max(WORKER_COUNT_MAX)),
  cache: count.pipe(z.int().min(1).max(ANSWER_CACHE_MEBIBYTES_MAX)),
  trusted: networks,
}

/** What each takes, in words. */
export const ACCEPTED: Record<keyof typeof schemas, string> = {
  data: 'the path of a folder',
  http: 'HOST:PORT with a port of 0 to 65535, such as 127.0.0.1:8000 or [::1]:8000',
  https: 'HOST:PORT with a port of 0 to 65535, such as 127.0.0.1:8443 or [::1]:8443; or off',
  tlsCert: 'the path of a certificate in PEM form',
  tlsKey: 'the path of a private key in PEM form',
  native: 'HOST:PORT with a port of 0 to 65535, such as 127.0.0.1:2641 or [::1]:2641',
  metrics: 'HOST:PORT with a port of 0 to 65535, such as 127.0.0.1:9464, or none',
  rootPrefix: 'a prefix, such as 88 or 88.118',
  administrators: 'INDEX:HANDLE, several with commas, such as 300:0.NA/88, 301:0.NA/88',
  desk: 'the prefix that codes are handed out below, such as 88 or 88.118; or off',
  deskPlain: 'local or any',
  upstreamDesk: 'the URL of a desk, such as https://top.example:8443 (http on this machine only); '
    + 'or none',
  seed: 'demo or none',
  workers: `a whole number from 0 to ${WORKER_COUNT_MAX}`,
  cache: `a whole number of mebibytes from 1 to ${ANSWER_CACHE_MEBIBYTES_MAX}`,
  trusted: 'networks such as 10.0.0.0/8, 2001:db8::/32, with commas; 0.0.0.0/0, ::/0 means all',
}
