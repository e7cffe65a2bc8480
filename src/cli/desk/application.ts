import type { DeskApi } from '../../client/desk-api.ts'
import type { Application } from '../../client/desk-api-views.ts'
import { addExamples, type CommandContext } from '../command.ts'
import type { Command } from 'commander'
import { addDeskOptions, type DeskOptions, withDesk } from './desk-options.ts'
import { applicationLine, printDone } from './show.ts'

/** Finds an application by its id or by the prefix that it is for. */
export function fetchTarget(desk: DeskApi, target: string): Promise<Application> {
  return target.startsWith('app_') ? desk.fetchApplication(target) : desk.fetchPrefix(target)
}

interface StepOptions extends DeskOptions {
  readonly reason?: string
}

/** A command that moves an application, or the prefix that came of it, one step on. */
export function addStep(
  group: Command, context: CommandContext, action: string, description: string,
  more: readonly string[] = [],
): void {
  const command = addDeskOptions(group.command(action)
    .description(description)
    .argument('<prefix>', 'such as 88.118.8, or the id of its application')
    .option('--reason <text>', 'why; the other side and the journal see it'))
    .action((target: string, options: StepOptions) => withDesk(options, context, async (desk) => {
      const { id } = await fetchTarget(desk, target)
      const moved = await desk.moveApplication(id, action, options.reason)
      return printDone(applicationLine(moved), moved, options, context.terminal)
    }))
  addExamples(command, [`suibiao ${group.name()} ${[action, '88.118.8', ...more].join(' ')}`])
}
