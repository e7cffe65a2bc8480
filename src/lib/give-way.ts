import { constants, getPriority, platform, setPriority } from 'node:os'

const PRIORITY = constants.priority.PRIORITY_BELOW_NORMAL

/**
 * Has the system prefer other threads to this one where there are more than cores: for work that
 * goes on beside the one that somebody waits for. Linux gives each thread a priority of its own;
 * elsewhere it would be the whole process's, and nothing is done.
 */
export function giveWay(): void {
  // Only lower: to raise it again takes rights that we do not have.
  if (platform() === 'linux' && getPriority() < PRIORITY) setPriority(PRIORITY)
}
