import type { ExitCode } from './exit-codes.ts'

/** An end of the program with a line for its user: `what; what to do`. */
export class CliError extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string) {
    super(message)
    this.exitCode = exitCode
  }
}
