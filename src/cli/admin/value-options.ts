import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { BytesError } from '../../lib/bytes.ts'
import { ValueJsonError } from '../../record/json-fields.ts'
import { VALUE_COUNT_MAX } from '../../record/limits.ts'
import { createValue, type HandleValue } from '../../record/value.ts'
import { parseValues } from '../../record/value-json.ts'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { parseAdmin, parseValueLine, ValueLineError } from './value-line.ts'

/** Values on the command line. */
export interface ValueOptions {
  readonly value: readonly string[]
  readonly values?: string
  readonly admin?: string
}

/** Where the tools of the field put a record's administrator. */
const adminIndex = 100

/** Adds `--value`, `--values` and `--admin`. */
export function addValueOptions(command: Command): Command {
  return command
    .option('--value <line>', 'a value: INDEX TYPE TTL PERMISSIONS DATA; repeatable',
      (line: string, before: readonly string[]) => [...before, line], [])
    .option('--values <file>', 'values in the form of the JSON API')
    .option('--admin <who>', 'INDEX:HANDLE that may change the record, as HS_ADMIN of index 100')
    .addHelpText('after', `
A value: 1 URL 86400 1110 https://node.example (index, type, TTL in seconds; may administrators
read, write, may the public read, write; data). Data @FILE is the content of a file, @@ begins
text with an @. HS_ADMIN: 300:0.NA/88, then permissions, twelve digits with list handles first,
or none for all. HS_VLIST: 300:0.NA/88;301:0.NA/88. HS_PUBKEY: @FILE in any key format.`)
}

/** The values that the options say, at least one. @throws CliError */
export async function parseValueOptions(options: ValueOptions): Promise<HandleValue[]> {
  const values = options.values === undefined ? [] : readValuesFile(options.values)
  for (const line of options.value) values.push(await spoken(() => parseValueLine(line)))
  if (options.admin !== undefined) {
    const who = options.admin
    values.push(createValue(adminIndex, 'HS_ADMIN', await spoken(() => parseAdmin(who))))
  }
  if (values.length === 0) {
    throw new CliError(exitCodes.usage, 'there are no values; give --value, --values or --admin')
  }
  if (values.length > VALUE_COUNT_MAX) {
    throw new CliError(
      exitCodes.usage, `a record has at most ${VALUE_COUNT_MAX} values; give fewer`)
  }
  return values
}

function readValuesFile(path: string): HandleValue[] {
  const text = readFileSync(path, 'utf8')
  try {
    const json: unknown = JSON.parse(text)
    const inside = typeof json === 'object' && json !== null && 'values' in json
    return parseValues(inside ? json.values : json, { exactPermissions: true })
  } catch (error) {
    if (!(error instanceof ValueJsonError || error instanceof SyntaxError)) throw error
    // The words of the JSON parser would show what the file holds, which may be a secret.
    const reason = error instanceof SyntaxError ? 'no JSON' : error.message
    throw new CliError(exitCodes.usage, `--values: ${path}: ${reason}; correct it`)
  }
}

async function spoken<T>(parse: () => T | Promise<T>): Promise<T> {
  try {
    return await parse()
  } catch (error) {
    if (!(error instanceof ValueLineError || error instanceof BytesError
      || error instanceof ValueJsonError)) throw error
    throw new CliError(exitCodes.usage, error.message)
  }
}
