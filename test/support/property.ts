import fc from 'fast-check'
import type { Test } from 'tap'

/**
 * Checks a property with generated cases. It counts as one assertion, however many cases there
 * are; when it fails it shows the smallest case that breaks it, and the seed.
 */
export function holds<T>(
  t: Test, what: string, property: fc.IProperty<T>, parameters: fc.Parameters<T> = {},
): void {
  t.doesNotThrow(() => { fc.assert(property, parameters) }, what)
}

/**
 * Any character but halves of surrogate pairs, plain ones as often as others. The library's own
 * unit of the kind takes a second to make, in each file that uses it.
 */
export const character: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: 0, max: 0x7f }),
  fc.integer({ min: 0x80, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
).map((code) => String.fromCodePoint(code))
