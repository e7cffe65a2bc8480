import type { Command } from 'commander'
import type { CommandContext } from './command.ts'

/** One or more commands that live in one file. */
export interface CommandFile {
  /** What each command does, by its name. */
  readonly commands: Readonly<Record<string, string>>
  readonly load: () => Promise<(program: Command, context: CommandContext) => void>
}

/** Every command, in the order of the help. What one needs is loaded with its file alone. */
export const COMMAND_FILES: readonly CommandFile[] = [
  {
    commands: { serve: 'run a node that answers over the Handle protocol and HTTP' },
    load: async () => (await import('./commands/serve.ts')).addServe,
  },
  {
    commands: { resolve: 'ask a node for the values of identifiers' },
    load: async () => (await import('./commands/resolve.ts')).addResolve,
  },
  {
    commands: { trace: 'show the way to an identifier: who was asked, and what each one said' },
    load: async () => (await import('./commands/trace.ts')).addTrace,
  },
  {
    commands: { import: 'take records from newline-delimited JSON into the data folder' },
    load: async () => (await import('./commands/import.ts')).addImport,
  },
  {
    commands: { export: 'write the records of the data folder as newline-delimited JSON' },
    load: async () => (await import('./commands/export.ts')).addExport,
  },
  {
    commands: { info: 'show what the data folder holds; the node may be running' },
    load: async () => (await import('./commands/info.ts')).addInfo,
  },
  {
    commands: { verify: 'check that no change in the data folder was altered, lost or moved' },
    load: async () => (await import('./commands/verify.ts')).addVerify,
  },
  {
    commands: {
      create: 'create an identifier',
      add: 'add values to an identifier',
      modify: 'replace values of an identifier',
      remove: 'remove values of an identifier, all of them or none',
      delete: 'delete identifiers',
    },
    load: async () => (await import('./commands/admin/records.ts')).addRecordCommands,
  },
  {
    commands: {
      list: 'list the identifiers under a prefix, or the prefixes homed on the server',
      home: 'let the server answer for prefixes',
      unhome: 'let the server no longer answer for prefixes',
    },
    load: async () => (await import('./commands/admin/prefixes.ts')).addPrefixCommands,
  },
  {
    commands: { batch: 'run a batch file of Handle.Net' },
    load: async () => (await import('./commands/batch.ts')).addBatch,
  },
  {
    commands: { key: 'make, show and convert the keys of administrators and sites' },
    load: async () => (await import('./commands/key/key.ts')).addKey,
  },
  {
    commands: { org: 'list, show, take on and change organisations at a registration desk' },
    load: async () => (await import('./commands/desk/org.ts')).addOrg,
  },
  {
    commands: { apply: 'apply for prefixes, and follow and mend applications' },
    load: async () => (await import('./commands/desk/apply.ts')).addApply,
  },
  {
    commands: { review: 'approve and reject applications for prefixes' },
    load: async () => (await import('./commands/desk/review.ts')).addReview,
  },
  {
    commands: { prefix: 'show, suspend, resume and delete prefixes; host them' },
    load: async () => (await import('./commands/desk/prefix.ts')).addPrefix,
  },
  {
    commands: { route: 'set and show where the node of a prefix answers' },
    load: async () => (await import('./commands/desk/route.ts')).addRoute,
  },
  {
    commands: { template: 'draft, publish, withdraw and show data templates' },
    load: async () => (await import('./commands/desk/template.ts')).addTemplate,
  },
  {
    commands: { register: 'register identifiers in bulk, one a line' },
    load: async () => (await import('./commands/desk/register.ts')).addRegister,
  },
  {
    commands: { apikey: 'make, list and revoke API keys of a registration desk' },
    load: async () => (await import('./commands/desk/apikey.ts')).addApikey,
  },
]
