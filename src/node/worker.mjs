// Plain JavaScript: the kept code has to be at hand before the first TypeScript is read.
import { keepCompiledCode } from '../lib/compile-cache.mjs'

keepCompiledCode()
await import('./worker.ts')
