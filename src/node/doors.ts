import { AnswerCache } from '../cache/answer-cache.ts'
import { ReplyCache } from '../cache/reply-cache.ts'
import type { HttpDeps } from '../http/deps.ts'
import type { RememberedReply } from '../http/representation.ts'
import { SecureDoor } from '../http/secure-door.ts'
import { createHttpServer } from '../http/server.ts'
import { systemClock } from '../lib/clock.ts'
import { GenerationTable } from '../lib/generations.ts'
import type { HostPort } from '../lib/host-port.ts'
import { randomSeed } from '../lib/random.ts'
import { NativeAnswerer } from '../native/answer.ts'
import { ANSWER_BUFFER_BYTES, DEFERRED_COUNT_MAX, PASSED_ON_COUNT_MAX } from '../native/limits.ts'
import { RecursingAnswerer } from '../native/recursing-answerer.ts'
import { Deferrals } from '../native/slow-answerer.ts'
import { createNetworkSet } from '../native/networks.ts'
import { ReplyAllowance } from '../native/reply-allowance.ts'
import { TcpServer } from '../native/tcp-server.ts'
import { createTunnelAnswerer } from '../native/tunnel.ts'
import { UdpServer } from '../native/udp-server.ts'
import { Resolver } from '../resolver/resolver.ts'
import { openReadStore } from '../store/open.ts'
import { COMMIT_GENERATION } from '../store/store.ts'
import { SnapshotReader } from '../store/snapshot-reader.ts'
import { AnswerBuffer } from '../wire/response.ts'
import {
  ACCEPT_BACKLOG, CERTIFICATE_CHECK_INTERVAL_MS, RECURSED_CACHE_SHARE, REPLY_CACHE_SHARE,
} from './limits.ts'
import { exposeMeters } from './expose-meters.ts'
import { attachMeters, type MeterBuffers } from './meters.ts'
import type { Office } from './office.ts'
import type { RecursionConfig } from './recursion.ts'
import { SITE_SERIAL } from './site.ts'
import { NodeStatus } from './status.ts'
import { tellThreadState } from './thread-state.ts'
import { loadTlsPair, type TlsFiles, watchTlsPair } from './tls-files.ts'

/** What one thread needs to open its doors; it can be sent to a worker. */
export interface DoorSettings {
  readonly databasePath: string
  readonly native: HostPort
  readonly http: HostPort
  /** Null: HTTPS listens nowhere. */
  readonly https: { readonly address: HostPort; readonly files: TlsFiles } | null
  /** The node's own HS_SITE, encoded; another thread gets it as plain bytes. */
  readonly siteBytes: Uint8Array
  /** Whether other threads listen on the same ports. */
  readonly shared: boolean
  readonly cacheBytes: number
  /** Networks whose senders UDP believes. */
  readonly trustedNetworks: readonly string[]
  /** How other nodes are asked; null: they are not. */
  readonly recursion: RecursionConfig | null
  readonly generations: SharedArrayBuffer
  readonly meters: MeterBuffers
  /** The thread's row in the meters. */
  readonly thread: number
  /** Whether the HTTP door shows metrics to peers on this machine. */
  readonly showsMetrics: boolean
  readonly status: SharedArrayBuffer
  /** Whether the desk takes calls over plain HTTP from other machines. */
  readonly deskPlainFromAnywhere: boolean
}

export interface Doors {
  /** Takes no more requests, lets answers leave, closes everything. Safe to call again. */
  stop(): Promise<void>
}

/** Opens the doors of one thread over its own connection and cache. */
export async function startDoors(settings: DoorSettings, office: Office): Promise<Doors> {
  const clock = systemClock
  const meters = attachMeters(settings.meters, settings.thread)
  const { counters, histograms } = meters
  const status = NodeStatus.attach(settings.status)
  const generations = GenerationTable.attach(settings.generations)
  const commitSlot = generations.slotOf(COMMIT_GENERATION)
  const store = new SnapshotReader(
    openReadStore(settings.databasePath), () => generations.get(commitSlot))
  const replyBytes = Math.floor(settings.cacheBytes * REPLY_CACHE_SHARE)
  const replies = new ReplyCache<RememberedReply>(replyBytes)
  const recordBytes = settings.cacheBytes - replyBytes
  const othersBytes = settings.recursion === null
    ? 0
    : Math.ceil(recordBytes * RECURSED_CACHE_SHARE)
  const cache = new AnswerCache(recordBytes - othersBytes)
  const own = new Resolver({
    store,
    cache,
    generations,
    clock,
    counters,
    isOwnKey: null,
    onStoreError: () => {
      counters.add('store_read_failures_total')
    },
  })
  const recursing = settings.recursion === null
    ? null
    : (await import('./recursion.ts')).startRecursion(
      own, settings.recursion, othersBytes, clock, meters)
  const resolver = recursing?.resolver ?? own
  const siteBytes = Buffer.from(settings.siteBytes)
  const answerer = new NativeAnswerer({
    resolver, clock, counters, siteBytes, siteSerial: SITE_SERIAL, defers: office.slow !== null,
  })
  const out = new AnswerBuffer(ANSWER_BUFFER_BYTES)
  const slow = recursing === null
    ? office.slow
    : new RecursingAnswerer({ answerer, resolver, office: office.slow, out })
  const deferredMax = recursing === null ? DEFERRED_COUNT_MAX : PASSED_ON_COUNT_MAX
  const deferrals = slow === null ? null : new Deferrals(slow, deferredMax)
  const allowance = new ReplyAllowance(createNetworkSet(settings.trustedNetworks), randomSeed())
  const udp = new UdpServer({ answerer, deferrals, allowance, clock, counters, histograms })
  const tcp = new TcpServer({ answerer, deferrals, clock, counters, histograms })
  const httpDeps: HttpDeps = {
    resolver,
    replies,
    administration: office.administration,
    desk: office.desk === null
      ? null
      : { desk: office.desk, plainFromAnywhere: settings.deskPlainFromAnywhere },
    siteBytes,
    answerNative: createTunnelAnswerer({ answerer, deferrals, out, counters }),
    clock,
    counters,
    histograms,
    metrics: settings.showsMetrics ? exposeMeters(meters) : null,
    readiness: () => status.readiness(),
    holdings: () => status.holdings(),
  }
  const http = createHttpServer(httpDeps, null)
  const https = settings.https === null ? null : createHttps(httpDeps, settings.https.files)
  const httpServers = https === null ? [http.server] : [http.server, https.server]
  const untell = tellThreadState(meters, { cache, replies, tcp, http: httpServers })
  const stop = async (): Promise<void> => {
    untell()
    await Promise.all([udp.stop(), tcp.stop(), http.close(), https?.close()])
    recursing?.stop()
    store.close()
  }
  try {
    const { native, shared } = settings
    await udp.start(native.host, native.port, shared)
    await tcp.start(native.host, native.port, shared)
    const options = { backlog: ACCEPT_BACKLOG, ...shared ? { reusePort: true } : {} }
    await http.listen({ ...settings.http, ...options })
    await https?.listen({ ...settings.https?.address, ...options })
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}

/** The HTTPS door; a certificate that is renewed in its files is shown from then on. */
function createHttps(deps: HttpDeps, files: TlsFiles): ReturnType<typeof createHttpServer> {
  const secure = new SecureDoor(loadTlsPair(files))
  const server = createHttpServer(deps, secure)
  const unwatch = watchTlsPair(files, CERTIFICATE_CHECK_INTERVAL_MS, (pair) => {
    secure.replace(pair)
  })
  server.addHook('onClose', (_server, done) => {
    unwatch()
    done()
  })
  return server
}
