import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Found, Outcome } from '../../record/outcome.ts'
import type { HandleValue } from '../../record/value.ts'
import { responseCodeOf } from '../../wire/codes.ts'
import { decodeValues } from '../../wire/values.ts'
import { messageOf, statusOf } from '../codes.ts'
import type { HttpDeps } from '../deps.ts'
import { EXPIRES_SECONDS_MAX } from '../limits.ts'
import { nameBehind, parseQuestion, pathOf, queryOf } from '../question.ts'
import { keptSeconds, markStale } from '../reply.ts'
import { answerTunnelled, isTunnelled } from '../tunnel.ts'
import { parseAsker, parseFilters } from './asker.ts'
import {
  escapeMarkup, formatHomePage, formatLocationsXml, formatMessagePage, formatPage, formatValuesPage,
} from './pages.ts'
import { formatProxyPath, parseProxyName } from './path.ts'
import { chooseTarget, listLocations, parseSafeUrl, type Target } from './target.ts'

const HTML = 'text/html;charset=UTF-8'
/** What of a request an address may be chosen by: `parseAsker` reads it. */
const CHOSEN_BY = 'Accept, Accept-Language, User-Agent'
/** What a page may load and run: nothing but its own style. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"

/** What browsers use (§11): an identifier as a path redirects, or shows its values. */
export function addProxy(server: FastifyInstance, deps: HttpDeps): void {
  server.get('/favicon.ico', (_request, reply) => reply.code(204).send())
  server.get('/robots.txt', (_request, reply) =>
    reply.type('text/plain').send('User-agent: *\nDisallow: /api/\n'))
  server.get('/help.html', (_request, reply) => reply.redirect('/', 302))

  server.get('/*', (request, reply) => {
    const path = pathOf(request.raw.url)
    const parameters = new URLSearchParams(queryOf(request.raw.url) ?? '')
    if (path.startsWith('/api/') || path.startsWith('/v1/')) {
      reply.callNotFound()
      return reply
    }
    if (path !== '/') return show(request, reply, nameBehind(request, '/'), parameters)
    const asked = parameters.get('hdl')
    if (asked !== null) return reply.redirect(formatProxyPath(parseProxyName(asked)), 302)
    return sendPage(reply, 200, formatHomePage(deps.holdings()))
  })

  server.post('/*', (request, reply) => {
    if (isTunnelled(request)) return answerTunnelled(request, reply, deps)
    const form = request.body
    const asked = form instanceof URLSearchParams ? form.get('hdl') : null
    if (asked === null) {
      reply.callNotFound()
      return reply
    }
    return reply.redirect(formatProxyPath(parseProxyName(asked)), 303)
  })

  function show(
    request: FastifyRequest, reply: FastifyReply, text: string, parameters: URLSearchParams,
  ): Promise<FastifyReply> {
    deps.counters.add('http_proxy_requests_total')
    const name = parseProxyName(text)
    // A name that can't be one is refused on a page of its own.
    const query = { ...parseQuestion(name, null), ...parseFilters(parameters) }
    const outcome = deps.resolver.lookup(query)
    if (outcome !== undefined) return showOutcome(request, reply, name, parameters, outcome)
    return deps.resolver.recurse(query).then((found) =>
      showOutcome(request, reply, name, parameters, found))
  }

  async function showOutcome(
    request: FastifyRequest, reply: FastifyReply, name: string, parameters: URLSearchParams,
    outcome: Outcome,
  ): Promise<FastifyReply> {
    markStale(reply, outcome)
    if (outcome.kind !== 'found') return showOther(reply, name, outcome)
    const action = parameters.has('noredirect') ? 'showvalues' : parameters.get('action')
    if (action === 'api') return reply.redirect(`/api/handles${formatProxyPath(name)}`, 302)
    deps.counters.add('http_outcomes_found_total')
    const values = decodeValues(outcome.block)
    if (action === 'showvalues') return sendPage(reply, 200, formatValuesPage(name, values))
    if (action === 'showurls') {
      return reply.type('text/xml;charset=UTF-8')
        .send(formatLocationsXml(await listLocations(name, values)))
    }
    const asker = parseAsker(request.headers, parameters)
    const target = await chooseTarget(name, values, asker, !parameters.has('ignore_aliases'))
    return follow(reply, name, target, values, outcome, parameters)
  }

  function follow(
    reply: FastifyReply, name: string, target: Target, values: readonly HandleValue[],
    outcome: Found, parameters: URLSearchParams,
  ): FastifyReply {
    const seconds = Math.min(keptSeconds(outcome, deps.clock), EXPIRES_SECONDS_MAX)
    if (target.kind === 'alias') {
      // The browser asks for the other name itself, so a ring of aliases is its to stop. It would
      // keep this for good, and the alias may change.
      return reply.header('cache-control', `max-age=${seconds}`)
        .redirect(formatProxyPath(target.handle), 301)
    }
    const url = target.kind === 'url'
      ? parseSafeUrl(target.url + (parameters.get('urlappend') ?? ''))
      : undefined
    if (target.kind === 'none' || url === undefined) {
      return sendPage(reply, 200, formatValuesPage(name, values))
    }
    const escaped = escapeMarkup(url)
    const status = parameters.has('redirectionHeaders') ? 200 : target.status
    return sendPage(
      reply.header('location', url)
        .header('vary', CHOSEN_BY)
        .header('expires', new Date(deps.clock.nowMs() + seconds * 1000).toUTCString()),
      status,
      formatPage(name, `<p><a href="${escaped}">${escaped}</a></p>`),
    )
  }

  function showOther(
    reply: FastifyReply, name: string, outcome: Exclude<Outcome, Found>,
  ): FastifyReply {
    deps.counters.add(`http_outcomes_${outcome.kind}_total`)
    const status = statusOf(responseCodeOf(outcome))
    const [title, line] = textOf(outcome)
    const detail = messageOf(outcome)
    const lines = [name, line, ...(detail === undefined ? [] : [detail])]
    // Kept by a proxy, it would hide a name that was registered since.
    return sendPage(reply.header('cache-control', 'no-store'), status,
      formatMessagePage(title, lines))
  }
}

function textOf(outcome: Exclude<Outcome, Found>): [title: string, line: string] {
  switch (outcome.kind) {
    case 'absent':
      return ['未找到 Not found', '该标识不存在。 This identifier does not exist.']
    case 'no-values':
      return ['无匹配值 No Values Found', '该标识没有所请求的值。 It has no values of this kind.']
    case 'not-homed':
      return ['不在本节点 Not here', '该前缀不由本节点解析。 Another node answers for this prefix.']
    default:
      return ['无法解析 No answer', '暂时无法得知。 This could not be found out; try again later.']
  }
}

function sendPage(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .type(HTML)
    .header('content-security-policy', CONTENT_POLICY)
    .header('x-content-type-options', 'nosniff')
    .send(page)
}

