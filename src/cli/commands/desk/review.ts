import type { Command } from 'commander'
import type { DeskApi } from '../../../client/desk-api.ts'
import type { Application } from '../../../client/desk-api-views.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addStep } from '../../desk/application.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { APPLICATION_HEAD, applicationRow, printEntries } from '../../desk/show.ts'

/** `suibiao review` and its commands. */
export function addReview(program: Command, context: CommandContext): void {
  const group = program.command('review')
  addExamples(addDeskOptions(group.command('list')
    .description('list the applications of others that wait for a review'))
    .action((options: DeskOptions) => withDesk(options, context, (desk) =>
      printEntries(fetchWaiting(desk), APPLICATION_HEAD, applicationRow, options,
        context.terminal))), ['suibiao review list'])
  addStep(group, context, 'approve', 'approve an application; an enterprise’s is reviewed twice')
  addStep(group, context, 'reject', 'reject an application', ['--reason "no licence"'])
  addExamples(group, [
    'suibiao review list', 'suibiao review approve 88.118.8',
    'suibiao review reject 88.118.8 --reason "no licence"',
  ])
}

async function* fetchWaiting(desk: DeskApi): AsyncGenerator<Application> {
  const { organisation } = await desk.fetchCaller()
  for (const state of ['pending', 'reviewing']) {
    for await (const application of desk.fetchApplications({ state })) {
      if (application.organisation !== organisation) yield application
    }
  }
}
