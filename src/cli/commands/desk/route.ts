import type { Command } from 'commander'
import { z } from 'zod'
import { CliError } from '../../cli-error.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { addEndpointOption, type EndpointOptions, readJson } from '../../desk/input.ts'
import { formatState, printDone } from '../../desk/show.ts'
import { exitCodes } from '../../exit-codes.ts'
import { counted } from '../../format.ts'
import { formatTable } from '../../table.ts'
import { printable, printLine, type Terminal } from '../../terminal.ts'

interface SetOptions extends DeskOptions, EndpointOptions {
  readonly file?: string
}

/** `suibiao route` and its commands. */
export function addRoute(program: Command, context: CommandContext): void {
  const group = program.command('route')
  addExamples(addDeskOptions(group.command('show')
    .description('show where the node of a prefix answers')
    .argument('<prefix>', 'such as 88.118.8'))
    .action((prefix: string, options: DeskOptions) => withDesk(options, context, async (desk) => {
      const { route, hosting } = await desk.fetchPrefix(prefix)
      if (options.json === true) printLine(context.terminal, JSON.stringify(route))
      else if (route !== null) printRoute(route, context.terminal)
      else printLine(context.terminal, `${printable(prefix)}: no route, ${formatState(hosting)}`)
      return exitCodes.ok
    })), ['suibiao route show 88.118.8'])

  addExamples(addDeskOptions(addEndpointOption(group.command('set')
    .description('set where the self-built node of a prefix answers; ends hosting, works at once')
    .argument('<prefix>', 'such as 88.118.8'))
    .option('--file <file>', 'the route as JSON, or - for standard input'))
    .action((prefix: string, options: SetOptions) => withDesk(options, context, async (desk) => {
      const route = await readRoute(options)
      const { version } = await desk.fetchPrefix(prefix)
      const changed = await desk.setRoute(prefix, version, route)
      const count = parseEndpoints(changed.route).length
      const line = `${prefix} leads to ${counted(count, 'address', 'addresses')}`
      return printDone(line, changed, options, context.terminal)
    })), [
    'suibiao route set 88.118.8 --endpoint 192.0.2.7,tcp=2641,udp=2641,http=8000',
    'suibiao route set 88.118.8 --endpoint 192.0.2.7,tcp=2641 --endpoint [2001:db8::7],tcp=2641',
  ])
  addExamples(group, [
    'suibiao route show 88.118.8',
    'suibiao route set 88.118.8 --endpoint 192.0.2.7,tcp=2641,http=8000',
  ])
}

/** @throws CliError when there is none, or two */
async function readRoute({ endpoint, file }: SetOptions): Promise<unknown> {
  if ((file === undefined) === (endpoint.length === 0)) {
    throw new CliError(exitCodes.usage, 'there is no route; give --endpoint, or else --file')
  }
  return file === undefined ? { endpoints: endpoint } : readJson(file)
}

const routeView = z.looseObject({
  codeSystem: z.string().default('-'),
  endpoints: z.array(z.looseObject({
    ip: z.string(), tcpPort: z.int().optional(), udpPort: z.int().optional(),
    httpPort: z.int().optional(),
  })),
})

const parseEndpoints = (route: unknown) => routeView.safeParse(route).data?.endpoints ?? []

function printRoute(route: unknown, terminal: Terminal): void {
  const rows = parseEndpoints(route).map(({ ip, tcpPort, udpPort, httpPort }) =>
    [printable(ip), ...[tcpPort, udpPort, httpPort].map((port) => String(port ?? '-'))])
  printLine(terminal, formatTable(['address', 'TCP', 'UDP', 'HTTP'], rows, terminal))
}
