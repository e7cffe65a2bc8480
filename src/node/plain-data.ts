/**
 * Makes plain data ready for another thread: each buffer becomes a copy in memory of its own. A
 * buffer is often a small part of a large block, and the block would be copied whole.
 */
export function packData(data: unknown): unknown {
  if (data instanceof Uint8Array) return new Uint8Array(data)
  return mapMembers(data, packData)
}

/** Turns the byte arrays in plain data from another thread back into buffers. */
export function unpackData(data: unknown): unknown {
  if (data instanceof Uint8Array) {
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  }
  return mapMembers(data, unpackData)
}

function mapMembers(data: unknown, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(data)) return data.map(change)
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, change(value)]))
}
