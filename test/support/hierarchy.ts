import { RecursedCache } from '../../src/cache/recursed-cache.ts'
import { UPSTREAM_COUNTERS } from '../../src/client/counters.ts'
import { createOwnTarget, type Target } from '../../src/client/upstream/targets.ts'
import { Upstream } from '../../src/client/upstream/upstream.ts'
import { keyOf } from '../../src/identifier/identifier.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { CounterTable } from '../../src/lib/counters.ts'
import { HistogramTable } from '../../src/lib/histograms.ts'
import type { HostPort } from '../../src/lib/host-port.ts'
import { NativeAnswerer } from '../../src/native/answer.ts'
import {
  NATIVE_COUNTERS, NATIVE_HISTOGRAMS, type NativeHistogram,
} from '../../src/native/counters.ts'
import { createNetworkSet } from '../../src/native/networks.ts'
import { ReplyAllowance } from '../../src/native/reply-allowance.ts'
import { TcpServer } from '../../src/native/tcp-server.ts'
import { UdpServer } from '../../src/native/udp-server.ts'
import { encodeSite, type SiteProtocol } from '../../src/record/site.ts'
import { createValue, type HandleValue } from '../../src/record/value.ts'
import { RECURSION_COUNTERS } from '../../src/resolver/counters.ts'
import { RecursiveResolver, type RecursionSettings } from
  '../../src/resolver/recursive-resolver.ts'
import { createSite } from '../../src/node/site.ts'
import { claimAddress } from '../../src/node/ports.ts'
import { type Query, USUAL_QUERY } from '../../src/resolver/query.ts'
import { createResolverSetting, type ResolverSetting } from './memory-store.ts'
import { SITE_BYTES } from './native.ts'

const PROTOCOLS = ['udp', 'tcp', 'http', 'https'] as const

export const ask = (name: string, rest: Partial<Query> = {}): Query =>
  ({ ...USUAL_QUERY, key: keyOf(name), ...rest })

/** A node that answers for its records over UDP and TCP, on a port of its own. */
export interface Authority extends ResolverSetting {
  readonly address: HostPort
  /** Questions that it was asked. */
  asked(): number
  stop(): Promise<void>
}

export async function startAuthority(
  homed: readonly string[], host = '127.0.0.1', port = 0,
): Promise<Authority> {
  const setting = createResolverSetting(homed)
  const address = await claimAddress({ host, port }, true)
  const counters = CounterTable.create(NATIVE_COUNTERS)
  const clock = systemClock
  const answerer = new NativeAnswerer({
    resolver: setting.resolver, clock, counters, siteBytes: SITE_BYTES, siteSerial: 1,
    defers: false,
  })
  const histograms = HistogramTable.create<NativeHistogram>(NATIVE_HISTOGRAMS)
  const parts = { answerer, deferrals: null, clock, counters, histograms }
  const allowance = new ReplyAllowance(createNetworkSet(['127.0.0.0/8', '::1/128']), 1)
  const udp = new UdpServer({ ...parts, allowance })
  const tcp = new TcpServer(parts)
  await udp.start(host, address.port, false)
  await tcp.start(host, address.port, false)
  return {
    ...setting,
    address,
    asked: () => counters.get('native_udp_requests_total')
      + counters.get('native_tcp_requests_total'),
    stop: async () => {
      await Promise.all([udp.stop(), tcp.stop()])
    },
  }
}

/** The data of an HS_SITE value for a server at an address. */
export function siteData(
  address: HostPort, protocols: readonly SiteProtocol[] = ['udp', 'tcp'],
): Buffer {
  const site = createSite({
    native: address, http: address, https: null, publicKey: Buffer.alloc(0),
  })
  const interfaces = protocols.map((protocol) => (
    { admin: false, query: true, protocol, port: address.port }))
  return encodeSite({ ...site, servers: site.servers.map((one) => ({ ...one, interfaces })) })
}

export const siteValue = (
  address: HostPort, type = 'HS_SITE', index = 1, rest: Partial<HandleValue> = {},
): HandleValue => createValue(index, type, siteData(address), rest)

/** What a walk begins with: a node's native doors. */
export const rootAt = ({ host, port }: HostPort): Target =>
  createOwnTarget(host, [{ protocol: 'udp', port }, { protocol: 'tcp', port }])

export type RecursiveOptions = Partial<RecursionSettings> & {
  readonly homed?: readonly string[]
  readonly signaturesDemanded?: boolean
  readonly ca?: string | null
}

/** A resolver that asks others, over a clock that a test can move forward. */
export function createRecursive(
  roots: readonly Target[], rest: RecursiveOptions = {},
) {
  const own = createResolverSetting(rest.homed ?? [])
  const counters = CounterTable.create([...RECURSION_COUNTERS, ...UPSTREAM_COUNTERS])
  let aheadMs = 0
  const clock = {
    // The time of day stays that of the other nodes, whose messages bear it.
    nowMs: () => systemClock.nowMs(),
    nowSeconds: () => systemClock.nowSeconds(),
    elapsedMs: () => systemClock.elapsedMs() + aheadMs,
  }
  const upstream = new Upstream({
    // Its deadlines are real time.
    clock, counters, signaturesDemanded: rest.signaturesDemanded ?? false, ca: rest.ca ?? null,
  })
  const cache = new RecursedCache(10_000_000)
  const settings: RecursionSettings = {
    upstream, roots, allowPrivate: true, cache, hotBytes: 1_000_000,
    delegationCache: new RecursedCache(1_000_000),
    policy: { absentSeconds: 30, staleSeconds: 86_400 },
    timeoutMs: 20_000, clock, counters, ...rest,
  }
  const resolver = new RecursiveResolver(own.resolver, settings)
  return {
    own, resolver, counters, cache,
    /** Lets time pass. */
    pass: (ms: number) => { aheadMs += ms },
    /** As a door does: what is at hand, else by asking. */
    resolve: async (query: Query) => resolver.lookup(query) ?? await resolver.recurse(query),
    /** Questions put to other nodes; datagrams sent again count once. */
    askedCount: () => PROTOCOLS.reduce(
      (sum, protocol) => sum + counters.get(`upstream_requests_${protocol}_total`), 0),
    stop: () => { upstream.stop() },
  }
}

/** Top, secondary and enterprise node, registered into each other. */
export async function startHierarchy() {
  const top = await startAuthority(['0.NA'])
  const secondary = await startAuthority(['88.118'])
  const enterprise = await startAuthority(['88.118.8'])
  top.store.put('0.NA/88', [siteValue(top.address)])
  top.store.put('0.NA/88.118', [
    siteValue(secondary.address), siteValue(secondary.address, 'HS_SITE.PREFIX', 2),
  ])
  secondary.store.put('0.NA/88.118.8', [siteValue(enterprise.address)])
  enterprise.store.put('88.118.8/P1', [
    createValue(1, 'URL', 'https://a.example', { ttl: 600 }),
    createValue(2, 'EMAIL', 'a@example.cn', { ttl: 600 }),
    createValue(3, 'COST', '9', { permissions: 0x0c }),
  ])
  const nodes = [top, secondary, enterprise]
  return {
    top, secondary, enterprise,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()))
    },
  }
}
