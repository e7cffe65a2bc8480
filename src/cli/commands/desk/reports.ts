import type { Command } from 'commander'
import type { Feed, FeedItem } from '../../../client/desk-api-views.ts'
import { addExamples, type CommandContext } from '../../command.ts'
import { addDeskOptions, type DeskOptions, withDesk } from '../../desk/desk-options.ts'
import { formatState, printEntries, printFields } from '../../desk/show.ts'

/** `suibiao prefix reports` and `outbox`: what secondary nodes report to the node above them. */
export function addReports(group: Command, context: CommandContext): void {
  const { terminal } = context
  addExamples(addDeskOptions(group.command('reports')
    .description('show what secondary nodes below have reported, and how old it is')
    .argument('[prefix]', 'the enterprises and routes of one of them, such as 88.118'))
    .action((prefix: string | undefined, options: DeskOptions) =>
      withDesk(options, context, (desk) => prefix === undefined
        ? printEntries(desk.fetchFeeds(),
          ['prefix', 'enterprises', 'routes', 'last report', 'full report', 'last refusal'],
          feedRow, options, terminal)
        : printEntries(desk.fetchFeedItems(prefix), ['kind', 'what', 'state', 'received'],
          itemRow, options, terminal))),
  ['suibiao prefix reports', 'suibiao prefix reports 88.118', 'suibiao prefix reports --json'])

  addExamples(addDeskOptions(group.command('outbox')
    .description('show what this node has yet to report to the one above, and with which key'))
    .action((options: DeskOptions) => withDesk(options, context, async (desk) =>
      printFields(await desk.fetchOutbox(), options, terminal))),
  ['suibiao prefix outbox', 'suibiao prefix outbox --json'])
}

function feedRow({ prefix, entities, routes, ageSeconds, late, lastError }: Feed): string[] {
  const age = ageSeconds === null ? 'none yet' : `${ageSeconds} s ago`
  const refusal = lastError === null ? '-' : `${lastError.at} ${lastError.message}`
  return [prefix, String(entities), String(routes), age, late ? 'overdue' : 'in time', refusal]
}

function itemRow({ id, kind, prefix, state, details, receivedAt }: FeedItem): string[] {
  const name = details?.['name']
  const what = prefix ?? (typeof name === 'string' ? name : id)
  return [kind, what, state === undefined ? '-' : formatState(state), receivedAt]
}
