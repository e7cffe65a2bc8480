import { RecursedCache } from '../cache/recursed-cache.ts'
import { Upstream } from '../client/upstream/upstream.ts'
import type { Clock } from '../lib/clock.ts'
import { type OwnRecords, RecursiveResolver } from '../resolver/recursive-resolver.ts'
import { DELEGATION_CACHE_BYTES, HOT_ANSWERS_SHARE } from './limits.ts'
import type { Meters } from './meters.ts'
import { createRootTargets, type RootServer } from './root-servers.ts'

/** How a node asks others. Plain data: it is sent to resolver threads. */
export interface RecursionConfig {
  /** Where walks begin; none for a node that only follows its own referrals. */
  readonly roots: readonly RootServer[]
  /** How long an absent name is remembered. */
  readonly absentSeconds: number
  /** How long after its TTL an answer is shown while nobody upstream answers. */
  readonly staleSeconds: number
  /** How long one walk may take. */
  readonly timeoutMs: number
  /** Whether site records may point at loopback and private addresses. */
  readonly allowPrivate: boolean
  /** Whether answers must be signed where the server's key is known. */
  readonly signaturesDemanded: boolean
  /** Certificates to trust beside the system's (PEM), or null. */
  readonly ca: string | null
}

export interface Recursing {
  readonly resolver: RecursiveResolver
  /** Closes connections to other nodes. */
  stop(): void
}

/** A resolver that asks other nodes for what the own records don't say. */
export function startRecursion(
  own: OwnRecords, config: RecursionConfig, cacheBytes: number, clock: Clock,
  meters: Pick<Meters, 'counters'>,
): Recursing {
  const { counters } = meters
  const { roots, absentSeconds, staleSeconds, timeoutMs, allowPrivate } = config
  const hotBytes = Math.floor(cacheBytes * HOT_ANSWERS_SHARE)
  const upstream = new Upstream({
    clock, counters, signaturesDemanded: config.signaturesDemanded, ca: config.ca,
  })
  const resolver = new RecursiveResolver(own, {
    upstream,
    roots: createRootTargets(roots),
    allowPrivate,
    cache: new RecursedCache(cacheBytes - hotBytes),
    hotBytes,
    delegationCache: new RecursedCache(DELEGATION_CACHE_BYTES),
    policy: { absentSeconds, staleSeconds },
    timeoutMs,
    clock,
    counters,
  })
  return { resolver, stop: () => { upstream.stop() } }
}
