import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { productIdentifier } from '../seeds/generate.ts'
import { createRandom } from './requests.ts'

const SEED = 7

/** A data folder with so many small products; made once, and used again when it is kept. */
export async function prepareData(folder: string, count: number): Promise<string> {
  const dataDir = join(folder, `small-${count}`)
  const mark = join(dataDir, 'complete')
  if (existsSync(mark)) return dataDir
  rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  process.stderr.write(`preparing ${count} identifiers…\n`)
  const make = spawn(process.execPath, [
    'seeds/main.ts', '--count', String(count), '--seed', String(SEED), '--small',
  ], { stdio: ['ignore', 'pipe', 'inherit'] })
  const take = spawn(process.execPath, [
    'src/cli/main.mjs', 'import', '-', '--data', dataDir,
  ], { stdio: ['pipe', 'ignore', 'inherit'] })
  const exit = once(take, 'exit')
  await pipeline(make.stdout, take.stdin)
  await exit
  if (take.exitCode !== 0) throw new Error('the import failed')
  writeFileSync(mark, '')
  return dataDir
}

/** `count` names, drawn at random out of the first `among`. */
export function drawNames(count: number, among: number, seed: number): string[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => productIdentifier(Math.floor(random() * among)))
}
