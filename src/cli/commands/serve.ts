import type { Command } from 'commander'
import { pino } from 'pino'
import { loadConfig } from '../../node/config.ts'
import type { RecursionFlags } from '../../node/config-recursion.ts'
import { formatBanner } from '../banner.ts'
import { addDataOptions, addExamples, type CommandContext } from '../command.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { createProgress } from '../progress.ts'
import { printLine, printMessage, type Terminal } from '../terminal.ts'

interface ServeOptions extends RecursionFlags {
  readonly data?: string
  readonly config?: string
  readonly http?: string
  readonly https?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly native?: string
  readonly metrics?: string
  readonly desk?: string
  readonly deskPlain?: string
  readonly upstreamDesk?: string
  readonly seed?: string
  readonly workers?: string
  readonly cache?: string
  readonly trusted?: string
}

/** `suibiao serve` */
export function addServe(program: Command, context: CommandContext): void {
  const command = addDataOptions(program.command('serve'))
    .option('--http <host:port>', 'where HTTP listens (default: 127.0.0.1:8000)')
    .option('--https <host:port>', 'where HTTPS listens, which changes over HTTP need '
      + '(default: off)')
    .option('--tls-cert <file>', 'certificate for HTTPS, PEM (default: one of its own making)')
    .option('--tls-key <file>', 'its private key, PEM')
    .option('--native <host:port>', 'where UDP and TCP listen (default: 127.0.0.1:2641)')
    .option('--metrics <host:port>', 'where metrics listen (default: none; HTTP shows them to '
      + 'this machine)')
    .option('--desk <prefix>', 'prefix that a registration desk hands out codes below '
      + '(default: off; with --seed demo the root prefix)')
    .option('--desk-plain <who>', 'who may use the desk over plain HTTP: local, any (behind a '
      + 'proxy that ends TLS; default: local)')
    .option('--upstream-desk <url>', 'desk of the node above, which a secondary node reports its '
      + 'enterprises to (default: none)')
    .option('--seed <what>', 'what an empty data folder is filled with: demo, none '
      + '(default: none)')
    .option('--root-prefix <prefix>', "what the node's administrators belong to (default: 88)")
    .option('--administrators <list>', 'who may do everything: INDEX:HANDLE,… '
      + '(default: the one that the first start makes)')
    .option('--workers <number>', 'resolver threads; 0: all in one (default: one a core)')
    .option('--cache <mebibytes>', 'memory for answers (default: 256)')
    .option('--trusted <networks>', 'networks that UDP answers without limit (default: loopback)')
  addRecursionOptions(command)
    .addHelpText('after', `
Each setting also comes from the environment, such as SUIBIAO_TLS_CERT, and from the settings
file (SUIBIAO_CONFIG), such as tls-cert; a flag wins over the environment, that over the file.`)
    .action(async (options: ServeOptions) => {
      context.finish(await serve(options, context.terminal))
    })
  addExamples(command, [
    'suibiao serve --seed demo',
    'suibiao serve --https 127.0.0.1:8443',
    'suibiao serve --http [::]:8000 --native [::]:2641 --data /var/lib/suibiao',
    'suibiao serve --config /etc/suibiao.toml --workers 4',
    'suibiao serve --role recursive --root 127.0.0.1:2641 --native 127.0.0.1:3641',
  ])
}

/** What a node is told about asking other nodes. */
function addRecursionOptions(command: Command): Command {
  return command
    .option('--role <role>', 'authoritative, or recursive: find out from other nodes what is '
      + 'not homed here (default: authoritative)')
    .option('--recursion <on|off>', 'the same as a switch, for a node of any role')
    .option('--root <servers>', 'where walks begin: HOST:PORT,… or a site file')
    .option('--absent-ttl <seconds>', 'how long an absent name is remembered (default: 30)')
    .option('--serve-stale <seconds>', 'how long after its TTL an answer is shown while nobody '
      + 'upstream answers (default: 86400)')
    .option('--recursion-timeout <ms>', 'how long one walk may take (default: 4000)')
    .option('--require-signatures', 'take signed answers only, where the server has a key')
    .option('--upstream-ca <file>', "certificates to trust beside the system's, PEM")
    .option('--allow-private-upstreams', 'follow site records to private and loopback '
      + 'addresses: for tests and closed networks')
}

/** Runs a node until it is told to stop. */
async function serve(options: ServeOptions, terminal: Terminal): Promise<ExitCode> {
  const config = loadConfig({ flags: options })
  const { startNode } = await import('../../node/node.ts')
  const progress = createProgress(terminal, 'seeding', 'records')
  // A person sees the banner; whoever collects the log sees one line a start and a stop.
  const level = terminal.interactive ? 'warn' : 'info'
  const logger = pino({ level }, pino.destination({ dest: 2, sync: true }))
  const onSeedProgress = (done: number, total: number): void => {
    progress.update(done, total)
  }
  const node = await startNode(config, { logger, onSeedProgress })
    .finally(() => { progress.stop() })
  const stopAsked = waitForStop(terminal)
  try {
    printLine(terminal, formatBanner(config, node))
    await stopAsked
  } finally {
    await node.stop()
  }
  return exitCodes.ok
}

/** Resolves with the first Ctrl-C or SIGTERM; the second ends the process at once. */
function waitForStop(terminal: Terminal): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const onSignal = (): void => {
      if (asked) process.exit(exitCodes.failure)
      asked = true
      printMessage(terminal, 'stopping; once more ends it at once')
      resolve()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}
