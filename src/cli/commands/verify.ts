import type { Command } from 'commander'
import { addDataOptions, addExamples, type CommandContext, type DataOptions } from '../command.ts'
import { openData } from '../data-folder.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { counted } from '../format.ts'
import { createProgress } from '../progress.ts'
import { printLine, printMessage, type Terminal } from '../terminal.ts'

interface VerifyOptions extends DataOptions {
  readonly json?: boolean
}

/** `suibiao verify` */
export function addVerify(program: Command, context: CommandContext): void {
  const command = addDataOptions(program.command('verify'))
    .option('--json', 'as one JSON object')
    .addHelpText('after', `
Every change carries a hash over itself and the change before it. This walks them all and says
how many are as they were written, or which is the first that is not. The node may be running.`)
    .action(async (options: VerifyOptions) => {
      context.finish(await verify(options, context.terminal))
    })
  addExamples(command, ['suibiao verify', 'suibiao verify --data /var/lib/suibiao --json'])
}

async function verify(options: VerifyOptions, terminal: Terminal): Promise<ExitCode> {
  const { store } = await openData(options)
  const progress = createProgress(terminal, 'verifying', 'changes')
  const total = store.findLastChange()?.number ?? 0
  try {
    const { sound, fault } = store.verifyChanges((count) => { progress.update(count, total) })
    progress.stop()
    if (options.json === true) printLine(terminal, JSON.stringify({ sound, fault }))
    else printLine(terminal, `${counted(sound, 'change')} ${sound === 1 ? 'is' : 'are'} sound`)
    if (fault === null) return exitCodes.ok
    printMessage(terminal, `${fault}; restore the data folder from a copy`)
    return exitCodes.failure
  } finally {
    progress.stop()
    store.close()
  }
}
