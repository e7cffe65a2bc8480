import { constants, enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

const BESIDE_PACKAGES = join(import.meta.dirname, '../../node_modules/.cache/compile')

/**
 * Keeps compiled code for the next start: beside the packages, which only their owner may write;
 * where this user may not, in a folder of the user's own. Whoever can write there can run code as
 * this user. Each thread has to ask for itself.
 */
export function keepCompiledCode() {
  const { status } = enableCompileCache(BESIDE_PACKAGES)
  if (status !== constants.compileCacheStatus.FAILED) return
  const { CACHE_DIRECTORY, XDG_CACHE_HOME } = process.env
  const own = CACHE_DIRECTORY ?? XDG_CACHE_HOME ?? join(homedir(), '.cache')
  enableCompileCache(join(own, 'suibiao'))
}
