import { once } from 'node:events'
import { wholeNumber } from '../src/cli/command.ts'
import { Script } from '../src/cli/script.ts'
import { generateLines, type GenerateOptions } from './generate.ts'

const NUMBER_MAX = 999_999_999

await writeLines(new Script<GenerateOptions>('seed',
  'Writes the demo registry, all of it fictional, to standard output: one record a line, as '
    + 'suibiao import reads it. The same flags give the same bytes.')
  .option('--count <number>', 'products; prefixes come on top', wholeNumber(0, NUMBER_MAX), 64_000)
  .option('--seed <number>', 'what they are made from', wholeNumber(0, NUMBER_MAX), 1)
  .option('--small', 'three short values a product').readFlags())

/** Writes no faster than the reader reads, and ends quietly when the reader has seen enough. */
async function writeLines(options: GenerateOptions): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  })
  for (const chunk of generateLines(options)) {
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
  }
}
