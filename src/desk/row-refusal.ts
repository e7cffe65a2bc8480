import type { RowResult } from './batch.ts'
import { refuseField } from './check.ts'
import { DeskRefusal } from './refusal.ts'

/** Why a row was not done, as a refusal. @param template the version that it named, or null */
export function refuseRow(
  result: RowResult, handle: string, template: string | null,
): DeskRefusal {
  const prefix = handle.slice(0, handle.indexOf('/'))
  switch (result) {
    case 'handle-exists':
    case 'not-found':
      return new DeskRefusal(result, { what: handle })
    case 'not-homed':
    case 'suspended':
      return new DeskRefusal(result, { what: prefix })
    case 'template-unknown':
      return new DeskRefusal(result, { what: template ?? '' })
    case 'item-unique':
      return refuseField('/values', result)
    case 'register-limit':
      return new DeskRefusal(result)
    default:
      // What is another's is answered as what is not there.
      return new DeskRefusal('not-found', { what: prefix })
  }
}
