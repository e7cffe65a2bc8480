import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'

/** Writes a file that its owner alone may read; no reader ever sees half of it. */
export function writePrivateFile(path: string, content: string | Buffer): void {
  replaceFile(path, content, 0o600)
}

/** Writes beside and renames, so that no reader ever sees half a file. */
export function replaceFile(path: string, content: string | Buffer, mode: number): void {
  stageFile(path, content, mode)
  renameSync(`${path}.new`, path)
}

/** Writes a file's future content beside it, as `path.new`, down to the disk. */
export function stageFile(path: string, content: string | Buffer, mode: number): void {
  const file = openSync(`${path}.new`, 'w', mode)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
