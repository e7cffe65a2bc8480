import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A demo's folder says whose it is: one that was killed could not take it away. */
const FOLDER_OF_PROCESS = /^suibiao-demo-(\d+)-/

/**
 * Makes a folder for the nodes of one demo, and takes away those of demos that run no more.
 * @param parent where the folders are
 */
export function makeDemoFolder(parent: string = tmpdir()): string {
  for (const name of readdirSync(parent)) {
    const processId = FOLDER_OF_PROCESS.exec(name)?.[1]
    if (processId !== undefined && !isRunning(Number(processId))) remove(join(parent, name))
  }
  return mkdtempSync(join(parent, `suibiao-demo-${process.pid}-`))
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    // Of somebody else's process we only hear that it is not ours to ask.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Somebody else's, or in use for a moment yet: the next demo tries again.
  }
}
