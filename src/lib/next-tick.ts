/** Calls enough, with some to spare: a thousand always were, five hundred never. */
const CALL_COUNT = 2_000

/**
 * Has V8 compile `process.nextTick` in this thread while all that it has seen of it is alike.
 *
 * Node calls it once or more for each request on a socket. Left alone, its first few hundred calls
 * are spread over the start, in which the numbers that it keeps in each tick change their kind;
 * V8 then takes the general way of making a tick, five times as slow (some 550 ns in place of
 * 100), for as long as the thread lives. Costs some 4 ms, once.
 */
export function settleNextTick(): void {
  const nothing = (): void => undefined
  for (let i = 0; i < CALL_COUNT; i++) process.nextTick(nothing)
}
