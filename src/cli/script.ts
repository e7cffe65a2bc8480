import { Command } from 'commander'
import { reportError } from './report-error.ts'
import { createTerminal } from './terminal.ts'

/**
 * The command line of a program that is no command of `suibiao` but that npm starts, such as
 * `npm run soak -- --minutes 5`. Add its options, then read them.
 */
export class Script<Flags extends object> extends Command {
  /**
   * @param name what npm calls it
   * @param description what it does, and when it fails
   */
  constructor(name: string, description: string) {
    super(`npm run ${name} --`)
    this.description(description)
      .helpOption('-h, --help', 'show this help')
      .exitOverride()
      // The error is told once, by reportError.
      .configureOutput({ outputError: () => undefined })
  }

  /**
   * The flags that the script was given, with its defaults. `--help` ends the process with 0, a
   * wrong command line with one line and 2, before anything is done.
   */
  readFlags(): Flags {
    try {
      return this.parse().opts<Flags>()
    } catch (error) {
      return process.exit(reportError(error, createTerminal()))
    }
  }
}
