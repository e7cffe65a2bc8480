import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseIdentifier } from '../../identifier/identifier.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'

/** The file in a data folder that names its first administrator. */
export const ADMIN_FILE = 'admin.json'

const adminFile = z.object({
  handle: z.string().refine((text) => parseIdentifier(text) !== undefined),
  publicKeyIndex: z.int().min(1),
  secretKeyIndex: z.int().min(1),
  secret: z.string().min(1),
  /** Relative to the file's own folder. */
  privateKeyFile: z.string().min(1),
})

export type AdminFile = z.infer<typeof adminFile>

/** Reads the file that the node writes at its first start. @throws CliError */
export function loadAdminFile(path: string): AdminFile {
  const text = readFileSync(path, 'utf8')
  try {
    return adminFile.parse(JSON.parse(text))
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error
    // Not even a part of the file is shown: it holds a secret.
    throw new CliError(exitCodes.usage,
      `${path} names no administrator; name an admin.json, or write INDEX:HANDLE`)
  }
}
