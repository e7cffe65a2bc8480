import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { generateLines, type GenerateOptions } from './generate.ts'

const usage = 'Usage: node seeds/main.ts [--count 64000] [--seed 1] [--small]\n'

const options = readOptions()
if (options === undefined) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  await writeLines(options)
}

function readOptions(): GenerateOptions | undefined {
  try {
    const { values } = parseArgs({
      options: {
        count: { type: 'string', default: '64000' },
        seed: { type: 'string', default: '1' },
        small: { type: 'boolean', default: false },
      },
    })
    const isNumber = (text: string) => /^\d{1,9}$/.test(text)
    if (!isNumber(values.count) || !isNumber(values.seed)) return undefined
    return { count: Number(values.count), seed: Number(values.seed), small: values.small }
  } catch {
    return undefined
  }
}

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
