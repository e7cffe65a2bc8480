import type { ByteReader, ByteWriter } from '../../lib/bytes.ts'
import { BLOCK_BYTES_MAX } from '../../record/limits.ts'

/**
 * A body that is one name: of the record to delete, the prefix to home, and so on; `/` where
 * none is meant. Also the answer to a creation, where it is the name that was made.
 */
export interface NameBody {
  readonly kind: 'name'
  readonly handle: string
}

/** A body without content. */
export interface EmptyBody {
  readonly kind: 'empty'
}

/** Writes a body of one name (§4 Bodies). */
export function encodeName(writer: ByteWriter, body: NameBody): void {
  writer.text(body.handle)
}

/** Reads a body of one name (§4 Bodies). @throws BytesError */
export function decodeName(reader: ByteReader): NameBody {
  return { kind: 'name', handle: reader.text(BLOCK_BYTES_MAX) }
}

/** Reads the answer to a creation, which old peers leave empty (§4 Bodies). @throws BytesError */
export function decodeCreated(reader: ByteReader): NameBody | EmptyBody {
  return reader.remaining === 0 ? { kind: 'empty' } : decodeName(reader)
}
