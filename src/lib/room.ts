/** Memory of its own, so that it can be handed to another thread. */
export function ownMemory(bytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(bytes)
}

/**
 * The same bytes with room for `more` behind `used`: in place, or in memory twice as large. What
 * is being written behind `used` comes along.
 */
export function withRoom(
  bytes: Buffer<ArrayBuffer>, used: number, more: number,
): Buffer<ArrayBuffer> {
  const needed = used + more
  if (needed <= bytes.length) return bytes
  const larger = ownMemory(Math.max(needed, 2 * bytes.length))
  bytes.copy(larger)
  return larger
}
