import type { Meters } from './meters.ts'

/** What gives the text for Prometheus; the library that writes it is loaded when first asked. */
export function exposeMeters(meters: Meters): () => Promise<string> {
  let expose: (() => Promise<string>) | null = null
  return async () => {
    const { createExposition } = await import('../metrics/exposition.ts')
    expose ??= createExposition(meters)
    return expose()
  }
}
