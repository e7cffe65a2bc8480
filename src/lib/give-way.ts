import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority, platform, setPriority } from 'node:os'

const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL
const OWN_TASKS = '/proc/self/task'
/** What V8's helper threads are called. */
const HELPER_NAME = 'V8Worker'

/**
 * Has the system prefer other threads to this one where there are more than cores: for work that
 * goes on beside the one that somebody waits for. Linux gives each thread a priority of its own;
 * elsewhere it would be the whole process's, and nothing is done.
 */
export function giveWay(): void {
  // Only lower: to raise it again takes rights that we do not have.
  if (platform() === 'linux' && getPriority() < PRIORITY) setPriority(PRIORITY)
}

/**
 * The same for the threads of this process in which V8 compiles and collects garbage. They have a
 * millisecond of work now and then, most of it beside the thread that answers, and where a core is
 * shared they made a request wait for it. V8 starts all of them with the process.
 */
export function haveHelpersGiveWay(): void {
  if (platform() !== 'linux') return
  for (const id of ownThreads()) {
    try {
      if (!readFileSync(`${OWN_TASKS}/${id}/comm`, 'utf8').includes(HELPER_NAME)) continue
      if (getPriority(id) < PRIORITY) setPriority(id, PRIORITY)
    } catch {
      // It has ended, or the system lets nobody change it: then it stays as it is.
    }
  }
}

/** None where the system shows no processes, as in some containers. */
function ownThreads(): number[] {
  try {
    return readdirSync(OWN_TASKS).map(Number)
  } catch {
    return []
  }
}
