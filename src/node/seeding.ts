import { generateLines } from '../../seeds/generate.ts'
import { importRecords } from '../registry/import.ts'
import type { Registry } from '../registry/registry.ts'
import { DEMO_PRODUCT_COUNT, DEMO_SEED } from './limits.ts'

/** Fills an empty store with the fictional demo registry. */
export async function seedDemo(
  registry: Registry,
  onProgress?: (done: number, total: number) => void,
): Promise<void> {
  const lines = generateLines({ count: DEMO_PRODUCT_COUNT, seed: DEMO_SEED })
  await importRecords(registry, lines, {
    actor: 'seed',
    strict: true,
    onProgress: (_bytesRead, recordsRead) => onProgress?.(recordsRead, DEMO_PRODUCT_COUNT),
  })
}
