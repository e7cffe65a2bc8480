/**
 * What the program's exit code tells a script. `--help` shows the same table.
 */
export const exitCodes = {
  /** Everything asked for was done. */
  ok: 0,
  /** It failed while running: the message says why. */
  failure: 1,
  /** The command line or a setting is wrong; nothing was done. */
  usage: 2,
  /** What was asked for does not exist, or has nothing of what was asked. */
  notFound: 3,
  /** It could not be found out: no answer, no permission, or somebody else's to answer. */
  unknown: 4,
  /** Some lines of an import, a batch or a stream were refused; the good ones were taken. */
  badLines: 5,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The table of exit codes for `--help`. */
export const exitCodesHelp = `
Exit codes:
  0  done
  1  failed while running
  2  the command line or a setting is wrong
  3  what was asked for does not exist, or has nothing of what was asked
  4  could not find out: no answer, not permitted, or another server's to answer
  5  lines of an import, a batch or a stream were refused`
