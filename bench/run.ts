import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { namesOf, positiveNumber, wholeNumber } from '../src/cli/command.ts'
import { Script } from '../src/cli/script.ts'
import { measureCreates } from './creates.ts'
import { prepareData } from './data.ts'
import { measureDoors } from './doors.ts'
import { measureHierarchy } from './hierarchy.ts'
import { measureImports } from './import.ts'
import { measureMisses, measureScale, measureStart } from './large.ts'
import { measureMetering } from './metering.ts'
import { measureOverload } from './overload.ts'
import { measureHttpOverload } from './overload-http.ts'
import { measureWritesUnderFlood } from './overload-writes.ts'
import { writePage } from './page/page.ts'
import { measureBatchCreate, measureRegister } from './register.ts'
import { figureOf, printTable } from './report.ts'
import { describeRun, loadCommitted, type Results, type Row, writeResults } from './results.ts'
import { canPin, pinLoad } from './server-process.ts'
import { measureThreads } from './threads.ts'

const DOOR_PARTS = ['http', 'udp', 'tcp', 'pipelined', 'cached', 'day', 'batch']
const PARTS = [...DOOR_PARTS, 'miss', 'scale', 'start', 'overload', 'threads', 'metering', 'import',
  'creates', 'register', 'hierarchy']
/** Parts that make what little data they need themselves. */
const DATALESS_PARTS = ['metering', 'import', 'creates', 'register', 'hierarchy']
const PAGE = 'bench/report.html'

interface Flags {
  readonly quick?: boolean
  readonly only?: readonly string[]
  readonly seconds?: number
  readonly names?: number
  readonly keep?: string
}

const flags = new Script<Flags>('bench',
  'Measures the node, most figures beside those of a bare server in the same run, and writes a '
    + 'table, JSON and a page with charts.')
  .option('--quick', 'a second a door, and little data: does it run?')
  .option('--only <parts>', 'some parts, with commas (default: all)', namesOf('part', PARTS))
  .option('--seconds <number>', 'how long each load lasts (default: 5, quick 1)',
    positiveNumber(3600))
  .option('--names <number>', 'identifiers in the largest data set (default: 10000000, quick '
    + '100000)', wholeNumber(1, 1e9))
  .option('--keep <folder>', 'where the generated data sets are, and stay (default: in the '
    + 'temporary folder)')
  .addHelpText('after', `\nParts: ${PARTS.join(', ')}`)
  .readFlags()
const quick = flags.quick === true
const only = flags.only ?? PARTS
const wants = (part: string): boolean => only.includes(part)
const seconds = flags.seconds ?? (quick ? 1 : 5)
const nameCount = flags.names ?? (quick ? 100_000 : 10_000_000)
const folder = flags.keep ?? join(tmpdir(), 'suibiao-bench')

if (!canPin) console.error('server and load share cores here: ratios only, and weak ones')
const wantsData = only.some((part) => !DATALESS_PARTS.includes(part))
const dataDir = wantsData ? await prepareData(folder, nameCount) : ''
const rows: Row[] = []
const add = (row: Row): void => {
  rows.push(row)
  console.error(`  ${row.door}: ${Math.round(figureOf(row)).toLocaleString('en')}/s`)
}
/** One part that fails does not take the others' figures with it. */
async function attempt<T>(part: string, measure: () => T | Promise<T>): Promise<T | undefined> {
  if (!wants(part)) return undefined
  try {
    return await measure()
  } catch (error) {
    console.error(`  ${part} failed:`, error)
    process.exitCode = 1
    return undefined
  }
}

// Beside the pinned load it would have half a core.
const start = await attempt('start', () => measureStart(dataDir, nameCount))
pinLoad()
for (const part of DOOR_PARTS) {
  await attempt(part, async () => {
    const isPart = (door: string): boolean => door === part
    for await (const row of measureDoors({ dataDir, nameCount, seconds, wants: isPart })) add(row)
  })
}
await attempt('miss', async () => {
  add(await measureMisses(dataDir, nameCount, seconds))
})
await attempt('threads', async () => {
  add(await measureThreads(dataDir, seconds))
})
const scale = await attempt('scale', () => measureScale(folder, nameCount, seconds))
const overload = await attempt('overload', () => measureOverload(dataDir, seconds))
const httpOverload = await attempt('overload', () =>
  measureHttpOverload(dataDir, seconds))
await attempt('overload', async () => {
  for await (const row of measureWritesUnderFlood(seconds)) add(row)
})
await attempt('metering', () => {
  add(measureMetering(quick ? 0.5 : 2))
})
await attempt('import', () => {
  for (const row of measureImports(quick ? 50_000 : 500_000)) add(row)
})
await attempt('creates', async () => {
  for await (const row of measureCreates(seconds)) add(row)
})

await attempt('register', async () => {
  add(await measureRegister(quick ? 50_000 : 500_000))
  add(await measureBatchCreate(quick ? 20 : 200))
})

await attempt('hierarchy', async () => {
  for await (const row of measureHierarchy(seconds)) add(row)
})

const before = loadCommitted(rows)
const results: Results = describeRun({
  rows,
  ...(scale === undefined ? {} : { scale }),
  ...(overload === undefined ? {} : { overload }),
  ...(httpOverload === undefined ? {} : { httpOverload }),
  ...(start === undefined ? {} : { start }),
})
printTable(rows)
if (scale !== undefined) console.table(scale)
if (overload !== undefined) console.table(overload)
if (httpOverload !== undefined) console.table(httpOverload)
if (start !== undefined) console.table(start)
console.log(`written to ${writeResults(results)} and ${writePage(PAGE, results, before)}`)
