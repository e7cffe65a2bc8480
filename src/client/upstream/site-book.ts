import { readSite, type Site, type SiteServer } from '../../record/site.ts'
import { KNOWN_SITE_BYTES_MAX, KNOWN_SITE_COUNT_MAX } from '../limits.ts'
import { type Targets, targetsOfServer, targetsOfSites } from './targets.ts'

/**
 * The sites that records have told of. A few nodes have the records of many prefixes, each of
 * which says so in the same bytes: they are decoded, and their addresses judged, once. Those not
 * seen for longest are forgotten.
 */
export class SiteBook {
  readonly #allowPrivate: boolean
  readonly #sites = new Map<string, Site>()
  readonly #targets = new WeakMap<SiteServer, Targets>()

  /** @param allowPrivate whether addresses that are not public may be asked */
  constructor(allowPrivate: boolean) {
    this.#allowPrivate = allowPrivate
  }

  /**
   * @param data of an HS_SITE value
   * @returns undefined when it makes no sense, since it must not hide the good ones beside it
   */
  siteOf(data: Buffer): Site | undefined {
    if (data.length > KNOWN_SITE_BYTES_MAX) return readSite(data)
    const bytes = data.toString('latin1')
    const known = this.#sites.get(bytes)
    if (known !== undefined) return known
    // A copy: what it is a view of may be large.
    const site = readSite(Buffer.from(data))
    if (site === undefined) return undefined
    if (this.#sites.size >= KNOWN_SITE_COUNT_MAX) this.#forgetHalf()
    this.#sites.set(bytes, site)
    return site
  }

  /** Whom of these sites to ask for a name. */
  targetsOf(sites: readonly Site[], name: string): Targets {
    return targetsOfSites(sites, name, this.#targetsOfServer)
  }

  readonly #targetsOfServer = (site: Site, server: SiteServer): Targets => {
    const known = this.#targets.get(server)
    if (known !== undefined) return known
    const targets = targetsOfServer(site, server, this.#allowPrivate)
    this.#targets.set(server, targets)
    return targets
  }

  /** Half at once, so that a hit needs no order of use to be kept. */
  #forgetHalf(): void {
    let count = KNOWN_SITE_COUNT_MAX / 2
    for (const bytes of this.#sites.keys()) {
      if (count-- <= 0) return
      this.#sites.delete(bytes)
    }
  }
}
