import type { Database } from 'better-sqlite3'
import { Applications } from './applications.ts'
import { Feeds } from './feeds.ts'
import { Files } from './files.ts'
import { Journal } from './journal.ts'
import { Keys } from './keys.ts'
import { Organisations } from './organisations.ts'
import { Outbox } from './outbox.ts'
import { Templates } from './templates.ts'
import { Usage } from './usage.ts'
import { Users } from './users.ts'

/** The registration desk's part of the database: the same file and the same transactions. */
export class DeskStore {
  readonly organisations: Organisations
  readonly applications: Applications
  readonly journal: Journal
  readonly users: Users
  readonly keys: Keys
  readonly templates: Templates
  readonly usage: Usage
  readonly outbox: Outbox
  readonly feeds: Feeds
  readonly files: Files

  constructor(database: Database) {
    this.organisations = new Organisations(database)
    this.applications = new Applications(database)
    this.journal = new Journal(database)
    this.users = new Users(database)
    this.keys = new Keys(database)
    this.templates = new Templates(database)
    this.usage = new Usage(database)
    this.outbox = new Outbox(database)
    this.feeds = new Feeds(database)
    this.files = new Files(database)
  }
}
