import { parseArgs } from 'node:util'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureCreates } from './creates.ts'
import { prepareData } from './data.ts'
import { measureDoors } from './doors.ts'
import { measureImport } from './import.ts'
import { measureMetering } from './metering.ts'
import { measureBatchCreate, measureRegister } from './register.ts'
import { printTable, type Row, writeResults } from './report.ts'
import { canPin, pinLoad } from './server-process.ts'

const USAGE = `npm run bench -- [--quick]
                [--only http,udp,tcp,pipelined,day,miss,register,import,metering,creates]
                [--seconds N] [--names N] [--keep DIR]`

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    seconds: { type: 'string' },
    names: { type: 'string' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(USAGE)
  process.exit(0)
}

const settings = {
  seconds: Number(values.seconds ?? (values.quick ? 1 : 5)),
  nameCount: Number(values.names ?? (values.quick ? 100_000 : 5_000_000)),
  folder: values.keep ?? join(tmpdir(), 'suibiao-bench'),
  only: new Set(values.only?.split(',') ?? []),
}
const wants = (door: string): boolean => settings.only.size === 0 || settings.only.has(door)

if (!canPin) console.error('server and load share cores here: ratios only, and weak ones')
const dataDir = await prepareData(settings.folder, settings.nameCount)
pinLoad()
const rows: Row[] = []
for await (const row of measureDoors(dataDir, settings.nameCount, settings.seconds, wants)) {
  rows.push(row)
  console.error(`  ${row.door}: ${Math.round(row.perSecond)}/s`)
}
if (wants('register')) {
  rows.push(await measureRegister(values.quick ? 50_000 : 500_000))
  rows.push(await measureBatchCreate(values.quick ? 20 : 200))
}
if (wants('import')) rows.push(measureImport(values.quick ? 20_000 : 200_000))
if (wants('metering')) rows.push(measureMetering(values.quick ? 0.5 : 2))
if (wants('creates')) for await (const row of measureCreates(settings.seconds)) rows.push(row)
printTable(rows)
console.log(`written to ${writeResults(rows)}`)
