import type { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../../record/limits.ts'
import { decodeSite, encodeSite, type Site } from '../../record/site.ts'
import { FILTER_COUNT_MAX } from '../limits.ts'
import { decodeInts, decodeTexts, encodeInts, encodeTexts } from './arrays.ts'

/** The question of a resolution, opcode 1. */
export interface ResolveBody {
  readonly kind: 'resolve'
  readonly handle: string
  readonly indexes: readonly number[]
  readonly types: readonly string[]
}

/** The answer to get-site-info, opcode 2. */
export interface SiteBody {
  readonly kind: 'site'
  readonly site: Site
}

/** Writes the question of a resolution (§4 Bodies). */
export function encodeResolve(writer: ByteWriter, body: ResolveBody): void {
  writer.text(body.handle)
  encodeInts(writer, body.indexes)
  encodeTexts(writer, body.types)
}

/** Reads the question of a resolution (§4 Bodies). @throws BytesError */
export function decodeResolve(reader: ByteReader): ResolveBody {
  return {
    kind: 'resolve',
    handle: reader.text(BLOCK_BYTES_MAX),
    indexes: decodeInts(reader, FILTER_COUNT_MAX),
    types: decodeTexts(reader, FILTER_COUNT_MAX),
  }
}

/** Writes a site, without a length before it (§4 Bodies). */
export function encodeSiteBody(writer: ByteWriter, body: SiteBody): void {
  writer.raw(encodeSite(body.site))
}

/** Reads a site, which fills the rest of the body (§4 Bodies). @throws BytesError */
export function decodeSiteBody(reader: ByteReader): SiteBody {
  return { kind: 'site', site: decodeSite(reader.raw(reader.remaining)) }
}
