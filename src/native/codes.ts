import type { CommandResult } from '../record/command.ts'
import { REFUSAL_CODES } from '../wire/codes.ts'
import { CODE } from '../wire/layout.ts'

/** The Handle response code of what became of a command. */
export function commandCodeOf(result: CommandResult): number {
  switch (result.kind) {
    case 'done':
    case 'values':
    case 'names':
      return CODE.success
    case 'authentication-needed':
      return CODE.authenticationNeeded
    case 'refused':
      return REFUSAL_CODES[result.reason]
  }
}
