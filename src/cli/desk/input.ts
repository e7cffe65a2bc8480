import { readFileSync } from 'node:fs'
import { text as readText } from 'node:stream/consumers'
import { isIP } from 'node:net'
import { type Command, Option } from 'commander'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import { printable } from '../terminal.ts'

/**
 * Reads a JSON object from a file, or from standard input for `-`. What is in it the desk checks.
 * @throws CliError
 */
export async function readJson(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = path === '-' ? await readText(process.stdin) : readFileSync(path, 'utf8')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // The words of the JSON parser would show what the file holds, which may be personal.
    throw new CliError(exitCodes.usage, `${nameOf(path)} is no JSON; correct it`)
  }
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  throw new CliError(exitCodes.usage, `${nameOf(path)} is no JSON object; begin it with {`)
}

/** An address of a route, and where it answers. */
export interface Endpoint {
  readonly ip: string
  readonly tcpPort?: number
  readonly udpPort?: number
  readonly httpPort?: number
}

/** Reads `192.0.2.7,tcp=2641,udp=2641,http=8000`; brackets around IPv6 may be there. */
export function parseEndpoint(text: string): Endpoint {
  const [address = '', ...doors] = text.split(',')
  const ip = address.replace(/^\[(.*)\]$/, '$1')
  const ports = doors.map((door) => /^(tcp|udp|http)=(\d{1,5})$/.exec(door))
  if (isIP(ip) === 0 || ports.length === 0 || ports.includes(null)) {
    throw new CliError(exitCodes.usage, `"${printable(text)}" is no endpoint; `
      + 'write ADDRESS,tcp=PORT,udp=PORT,http=PORT, with one port at least')
  }
  const named = ports.map((match) => [`${match?.[1] ?? ''}Port`, Number(match?.[2])])
  return { ip, ...Object.fromEntries(named) as Omit<Endpoint, 'ip'> }
}

const nameOf = (path: string): string => path === '-' ? 'standard input' : path

/** A route on the command line. */
export interface EndpointOptions {
  readonly endpoint: readonly Endpoint[]
}

/** Adds `--endpoint`. */
export function addEndpointOption(command: Command): Command {
  return command.addOption(new Option('--endpoint <address>', 'where its node answers, such as '
    + '192.0.2.7,tcp=2641,udp=2641,http=8000; repeatable')
    .argParser((text: string, before: readonly Endpoint[]) => [...before, parseEndpoint(text)])
    .default([], 'none'))
}
