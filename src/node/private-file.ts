import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file that its owner alone may read; no reader ever sees half of it. */
export function writePrivateFile(path: string, content: string | Buffer): void {
  replaceFile(path, content, 0o600)
}

/** Writes beside and renames, so that no reader ever sees half a file. */
export function replaceFile(path: string, content: string | Buffer, mode: number): void {
  const beside = `${path}.new`
  writeFileSync(beside, content, { mode })
  renameSync(beside, path)
}
