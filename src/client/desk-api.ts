import { z } from 'zod'
import { randomToken } from '../lib/random.ts'
import { type DeskCall, DeskConnection, type DeskServer } from './desk-api-connection.ts'
import { exchangeLines } from './desk-api-stream.ts'
import {
  type Application, applicationView, type Caller, callerView, type Feed, type FeedItem,
  feedItemView, feedView, type Joined, joinedView, type JournalEntry, journalEntry, type Key,
  keyView, type NewKey, newKeyView, type Organisation, organisationView, type Outbox, outboxView,
  pageView, sessionView, type StreamAnswer, type Template, templateView,
} from './desk-api-views.ts'
import { DESK_LONG_PAGE_COUNT, DESK_PAGE_COUNT, IDEMPOTENCY_KEY_BYTES } from './limits.ts'

type Query = Readonly<Record<string, string | undefined>>

/**
 * The registration desk of a node, over its interface under /v1 (proto/desk.md). Bodies go as they
 * are: the desk checks them and names each field that breaks a rule. Every call throws DeskProblem
 * when the desk refuses, ExchangeError when nothing is known of what became of it.
 */
export class DeskApi {
  readonly #connection: DeskConnection

  constructor(server: DeskServer) {
    this.#connection = new DeskConnection(server)
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }

  /** Registers an organisation with its first user and the prefix it wants; open to everybody. */
  join(body: unknown): Promise<Joined> {
    return this.#post('/v1/registrations', joinedView, body)
  }

  /** @returns a token that serves as the secret of other calls for a day */
  async logIn(userName: string, password: string): Promise<string> {
    const body = { userName, password }
    return (await this.#send('POST', '/v1/sessions', sessionView, body)).token
  }

  fetchCaller(): Promise<Caller> {
    return this.#fetch('/v1/me', callerView)
  }

  fetchOrganisations(): AsyncGenerator<Organisation> {
    return this.#list('/v1/organisations', organisationView)
  }

  fetchOrganisation(id: string): Promise<Organisation> {
    return this.#fetch(path`/v1/organisations/${id}`, organisationView)
  }

  createOrganisation(details: unknown): Promise<Organisation> {
    return this.#post('/v1/organisations', organisationView, details)
  }

  changeOrganisation(id: string, version: number, details: unknown): Promise<Organisation> {
    return this.#send('PUT', path`/v1/organisations/${id}`, organisationView, details, version)
  }

  fetchApplications(filter: {
    readonly state?: string | undefined; readonly organisation?: string | undefined
  }): AsyncGenerator<Application> {
    return this.#list('/v1/applications', applicationView, filter)
  }

  fetchApplication(id: string): Promise<Application> {
    return this.#fetch(path`/v1/applications/${id}`, applicationView)
  }

  /** What was done with an application: by whom, when and why. */
  fetchJournal(id: string): AsyncGenerator<JournalEntry> {
    return this.#list(path`/v1/applications/${id}/journal`, journalEntry)
  }

  apply(body: unknown): Promise<Application> {
    return this.#post('/v1/applications', applicationView, body)
  }

  /** Mends an application and submits it again. */
  mendApplication(id: string, version: number, body: unknown): Promise<Application> {
    return this.#send('PUT', path`/v1/applications/${id}`, applicationView, body, version)
  }

  /** Moves an application, or the prefix that came of it, on: `approve`, `suspend`, … */
  moveApplication(id: string, action: string, reason?: string): Promise<Application> {
    const body = { action, reason }
    return this.#post(path`/v1/applications/${id}/actions`, applicationView, body)
  }

  /** The prefixes in use. */
  fetchPrefixes(): AsyncGenerator<Application> {
    return this.#list('/v1/prefixes', applicationView)
  }

  /** A prefix, in use or only applied for. */
  fetchPrefix(prefix: string): Promise<Application> {
    return this.#fetch(path`/v1/prefixes/${prefix}`, applicationView)
  }

  setRoute(prefix: string, version: number, route: unknown): Promise<Application> {
    return this.#send('PUT', path`/v1/prefixes/${prefix}/route`, applicationView, route, version)
  }

  /** @param publicKey RSA, in PEM */
  setPublicKey(prefix: string, version: number, publicKey: string): Promise<Application> {
    const body = { publicKey }
    return this.#send('PUT', path`/v1/prefixes/${prefix}/key`, applicationView, body, version)
  }

  /** Asks for hosting, grants or refuses it, or ends it. */
  moveHosting(prefix: string, action: string, reason?: string): Promise<Application> {
    const body = { action, reason }
    return this.#post(path`/v1/prefixes/${prefix}/hosting`, applicationView, body)
  }

  fetchTemplates(prefix: string): AsyncGenerator<Template> {
    const at = path`/v1/prefixes/${prefix}/templates`
    return this.#list(at, templateView, {}, DESK_LONG_PAGE_COUNT)
  }

  fetchTemplate(prefix: string, version: string): Promise<Template> {
    return this.#fetch(path`/v1/prefixes/${prefix}/templates/${version}`, templateView)
  }

  createTemplate(prefix: string, body: unknown): Promise<Template> {
    return this.#post(path`/v1/prefixes/${prefix}/templates`, templateView, body)
  }

  /** Changes a draft. @param revision the one that was seen */
  changeTemplate(
    prefix: string, version: string, revision: number, body: unknown,
  ): Promise<Template> {
    const at = path`/v1/prefixes/${prefix}/templates/${version}`
    return this.#send('PUT', at, templateView, body, revision)
  }

  /** Publishes a template or withdraws it. */
  moveTemplate(prefix: string, version: string, action: string): Promise<Template> {
    const at = path`/v1/prefixes/${prefix}/templates/${version}/actions`
    return this.#post(at, templateView, { action })
  }

  /** Deletes a draft. */
  async deleteTemplate(prefix: string, version: string): Promise<void> {
    const at = path`/v1/prefixes/${prefix}/templates/${version}`
    await this.#send('DELETE', at, z.unknown())
  }

  /**
   * Registers a stream of identifiers, one a line.
   * @param mode `create`, `update` or `put`
   * @param answersAll whether lines that were done are answered too
   * @returns what became of the lines; the summary last
   */
  registerLines(
    chunks: AsyncIterable<Buffer>, mode: string, answersAll: boolean,
  ): AsyncGenerator<StreamAnswer> {
    const query = { mode, results: answersAll ? 'all' : 'failed' }
    return exchangeLines(this.#connection, query, chunks)
  }

  fetchKeys(): AsyncGenerator<Key> {
    return this.#list('/v1/keys', keyView)
  }

  /** Makes an API key; its secret is shown this once. */
  createKey(body: unknown): Promise<NewKey> {
    return this.#post('/v1/keys', newKeyView, body)
  }

  revokeKey(id: string): Promise<Key> {
    return this.#send('DELETE', path`/v1/keys/${id}`, keyView)
  }

  /** What the secondary nodes below have reported. */
  fetchFeeds(): AsyncGenerator<Feed> {
    return this.#list('/v1/feeds', feedView)
  }

  /** The enterprises and routes that one of them has reported. */
  fetchFeedItems(prefix: string): AsyncGenerator<FeedItem> {
    return this.#list(path`/v1/feeds/${prefix}/items`, feedItemView)
  }

  /** What this node has yet to report to the one above. */
  fetchOutbox(): Promise<Outbox> {
    return this.#fetch('/v1/outbox', outboxView)
  }

  #fetch<T>(path: string, view: z.ZodType<T>): Promise<T> {
    return this.#connection.call({ method: 'GET', path }, view)
  }

  #send<T>(
    method: DeskCall['method'], path: string, view: z.ZodType<T>, body?: unknown,
    version?: number,
  ): Promise<T> {
    return this.#connection.call({ method, path, body, version }, view)
  }

  /** Asks for something that is done once, however often it is sent. */
  #post<T>(path: string, view: z.ZodType<T>, body: unknown): Promise<T> {
    const idempotencyKey = randomToken(IDEMPOTENCY_KEY_BYTES)
    return this.#connection.call({ method: 'POST', path, body, idempotencyKey }, view)
  }

  /** Every entry of a list, page after page. */
  async* #list<T>(
    path: string, view: z.ZodType<T>, filter: Query = {}, count = DESK_PAGE_COUNT,
  ): AsyncGenerator<T> {
    let cursor: string | undefined
    do {
      const query = { ...filter, limit: String(count), cursor }
      const page = await this.#connection.call({ method: 'GET', path, query }, pageView(view))
      yield* page.items
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
}

/** A path with its parts made safe, slashes and all. */
function path(texts: TemplateStringsArray, ...parts: readonly string[]): string {
  return texts.reduce((all, text, i) => `${all}${encodeURIComponent(parts[i - 1] ?? '')}${text}`)
}
