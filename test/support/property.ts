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
