import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file that its owner alone may read; no reader ever sees half of it. */
export function writePrivateFile(path: string, content: string | Buffer): void {
  const beside = `${path}.new`
  writeFileSync(beside, content, { mode: 0o600 })
  renameSync(beside, path)
}
