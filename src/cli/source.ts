import { open } from 'node:fs/promises'
import { CliError } from './cli-error.ts'
import { exitCodes } from './exit-codes.ts'

/** Bytes that a command reads, and how many there are: 0 when that is not known. */
export interface Source {
  /** Number of the open file; 0 is standard input. */
  readonly fd: number
  /** Begins to read; a thread that reads `fd` itself is given that alone. */
  readonly chunks: AsyncIterable<Buffer>
  readonly totalBytes: number
  close(): Promise<void>
}

const chunkBytes = 1_048_576

/** Opens a file, or standard input for `-`. @throws CliError for a folder */
export async function openSource(file: string): Promise<Source> {
  if (file === '-') {
    return {
      fd: 0,
      get chunks() { return process.stdin },
      totalBytes: 0,
      close: () => Promise.resolve(),
    }
  }
  const handle = await open(file)
  const stat = await handle.stat()
  if (stat.isDirectory()) {
    await handle.close()
    throw new CliError(exitCodes.failure, `${file}: is a folder; name a file or -`)
  }
  return {
    fd: handle.fd,
    get chunks() {
      return handle.createReadStream({ highWaterMark: chunkBytes, autoClose: false })
    },
    totalBytes: stat.isFile() ? stat.size : 0,
    close: () => handle.close(),
  }
}
