import { AnswerCache } from '../cache/answer-cache.ts'
import type { Desk } from '../desk/door.ts'
import type { GenerationTable } from '../lib/generations.ts'
import { NativeAdministrator } from '../native/administration/native-administrator.ts'
import { NativeAnswerer } from '../native/answer.ts'
import type { Identity } from '../record/command.ts'
import { Administrator } from '../registry/administrator.ts'
import { Authenticator } from '../registry/authenticator.ts'
import { IdentityKeys } from '../registry/identity-keys.ts'
import { Reader } from '../registry/reader.ts'
import type { Registry } from '../registry/registry.ts'
import { SessionDesk } from '../registry/session-desk.ts'
import type { Signer } from '../registry/signer.ts'
import { Writer, type WriterGauge } from '../registry/writer.ts'
import { Resolver } from '../resolver/resolver.ts'
import { createAskHome } from './ask-home.ts'
import { createFetchValues } from './fetch-values.ts'
import { OFFICE_CACHE_BYTES } from './limits.ts'
import type { Meters } from './meters.ts'
import type { Office } from './office.ts'
import type { RecursionConfig } from './recursion.ts'
import { SITE_SERIAL } from './site.ts'

export interface OfficeParts {
  readonly registry: Registry
  readonly generations: GenerationTable
  readonly meters: Meters
  /** The node's own HS_SITE, encoded. */
  readonly siteBytes: Buffer
  readonly signer: Signer
  readonly administrators: readonly Identity[]
  readonly desk: Desk | null
  /** How keys that live elsewhere are found; null for a node that asks nobody. */
  readonly recursion: RecursionConfig | null
  /** Who wants to know how many commands share a commit; null for nobody. */
  readonly gauge: WriterGauge | null
}

/**
 * Puts together, in the main thread, all that changes records or needs a secret.
 * @param undo is told how to close connections to other nodes
 */
export async function openOffice(parts: OfficeParts, undo: (() => void)[]): Promise<Office> {
  const { registry, signer, administrators, siteBytes, meters, recursion } = parts
  const { clock, store } = registry
  const { counters } = meters
  const resolver = new Resolver({
    store,
    cache: new AnswerCache(OFFICE_CACHE_BYTES),
    generations: parts.generations,
    clock,
    counters,
    isOwnKey: null,
    onStoreError: () => {
      counters.add('store_read_failures_total')
    },
  })
  const recursing = recursion === null
    ? null
    : (await import('./recursion.ts')).startRecursion(
      resolver, recursion, OFFICE_CACHE_BYTES, clock, meters)
  undo.push(() => recursing?.stop())
  const keys = new IdentityKeys(registry, recursing === null ? null : {
    fetchValues: createFetchValues(recursing.resolver, clock),
    askHome: createAskHome(recursing.resolver, clock),
  })
  const authenticator = new Authenticator(keys, clock)
  const administrator = new Administrator({
    registry,
    reader: new Reader(registry, administrators),
    writer: new Writer(registry, administrators, parts.gauge),
    keys,
    authenticator,
    sessions: new SessionDesk(authenticator, signer, clock),
    serverAdministrators: administrators,
  })
  const siteSerial = SITE_SERIAL
  const answerer = new NativeAnswerer({
    resolver, clock, counters, siteBytes, siteSerial, defers: false,
  })
  const slow = new NativeAdministrator({
    administrator, authenticator, answerer, signer, clock, siteSerial,
  })
  return { administration: administrator, slow, desk: parts.desk }
}
