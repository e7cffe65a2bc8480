import type { Command, Identity } from '../../record/command.ts'
import { LISTING_COUNT_MAX } from './limits.ts'
import type { NativeRequest } from './request.ts'

/** A listing that goes on in another message. */
export interface OpenListing {
  readonly request: NativeRequest
  readonly command: Command
  readonly identity: Identity | null
}

/**
 * Long listings under way, each under a name that leads to its next part once. A door that never
 * asks for the rest, because its peer has gone, leaves one behind that is pushed out by others.
 */
export class OpenListings {
  readonly #listings = new Map<string, OpenListing>()
  #last = 0

  get size(): number {
    return this.#listings.size
  }

  /** @returns the name of the next part */
  put(listing: OpenListing): string {
    const oldest = this.#listings.keys().next()
    if (this.#listings.size >= LISTING_COUNT_MAX && oldest.done !== true) {
      this.#listings.delete(oldest.value)
    }
    const name = String(++this.#last)
    this.#listings.set(name, listing)
    return name
  }

  take(name: string): OpenListing | undefined {
    const listing = this.#listings.get(name)
    this.#listings.delete(name)
    return listing
  }
}
