import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ExitCode } from './exit-codes.ts'
import { exitCodesHelp } from './exit-codes.ts'
import { printable, type Terminal } from './terminal.ts'

/** What a command is given by the program that runs it. */
export interface CommandContext {
  readonly terminal: Terminal
  /** Sets the exit code; the program ends when nothing is left to do. */
  finish(exitCode: ExitCode): void
}

/** Settings that every command on a data folder takes. */
export interface DataOptions {
  readonly data?: string
  readonly config?: string
}

/** Ten minutes: nobody waits longer before a terminal. */
const TIMEOUT_MS_MAX = 600_000

/** Adds `--data` and `--config`. */
export function addDataOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'where the records are kept (default: ./data)')
    .option('--config <file>', 'settings file (default: suibiao.toml, if there is one)')
}

/** Adds examples and the exit codes below a command's options. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  ${example}`).join('\n')
  return command.addHelpText('after', `\nExamples:\n${lines}\n${exitCodesHelp}`)
}

/** `--timeout`. @param what what takes the time */
export function timeoutOption(defaultMs: number, what = 'to wait for each answer'): Option {
  return new Option('--timeout <ms>', `how long ${what}, in milliseconds`)
    .argParser(wholeNumber(1, TIMEOUT_MS_MAX))
    .default(defaultMs)
}

/** A parser for an option that holds names with commas between, each of them a known one. */
export function namesOf<Name extends string>(
  what: string, known: readonly Name[],
): (text: string) => readonly Name[] {
  return (text) => text.split(',').map((given) => {
    const name = known.find((one) => one === given)
    if (name !== undefined) return name
    throw new InvalidArgumentError(`There is no ${what} ${printable(given)}.`)
  })
}

/** A parser for an option that holds a number above nought, such as seconds. */
export function positiveNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= max) return value
    throw new InvalidArgumentError(`It takes a number above 0, up to ${max}.`)
  }
}

/** A parser for an option that holds a whole number. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`)
    }
    return value
  }
}
