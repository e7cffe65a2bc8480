import { readFileSync } from 'node:fs'
import {
  type Finding, importsOf, lineAt, moduleOf, resolveImport, type Rule, type Source,
} from './source.ts'

const LINE_COLUMNS_MAX = 100
const FILE_LINES_MAX = 300

/** Layer of each module, from the table in src/README.md. */
export function parseLayers(readme: string): Map<string, number> {
  const rows = readme.matchAll(/^\| (\d) \| `([a-z]+)` \|/gm)
  return new Map([...rows].map((row) => [row[2] ?? '', Number(row[1])]))
}

/** Imports go strictly down the layers; nothing imports a sibling module. */
export const layers: Rule = (files) => {
  const layerOf = parseLayers(readFileSync('src/README.md', 'utf8'))
  return files.flatMap((file) => {
    const own = moduleOf(file.path)
    if (own === undefined) return []
    if (!layerOf.has(own)) return [at(file, 1, `${own} has no row in src/README.md`)]
    return importsOf(file).flatMap(({ target, line }) => {
      if (!target.startsWith('.')) return []
      const other = moduleOf(resolveImport(file.path, target))
      if (other === undefined || other === own) return []
      const down = (layerOf.get(other) ?? 99) < (layerOf.get(own) ?? 0)
      return down ? [] : [at(file, line, `${own} may not import ${other}`)]
    })
  })
}

/** Packages that one module alone may import. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'better-sqlite3': ['store'],
  'lru-cache': ['cache'],
  fastify: ['http'],
  '@fastify/busboy': ['http'],
  '@fastify/swagger': ['http'],
  '@fastify/swagger-ui': ['http'],
  undici: ['client'],
  protobufjs: ['http'],
  'prom-client': ['metrics'],
  'node:worker_threads': ['node'],
  'node:dgram': ['native', 'client', 'node'],
  commander: ['cli'],
}

export const doors: Rule = (files) =>
  files.flatMap((file) => {
    const own = moduleOf(file.path)
    if (own === undefined) return []
    return importsOf(file)
      .filter(({ target }) => DOORS[target]?.includes(own) === false)
      .map(({ target, line }) => at(file, line, `${own} may not import ${target}`))
  })

interface Place {
  readonly what: RegExp
  readonly where: RegExp
  readonly message: string
}

const PLACES: readonly Place[] = [
  {
    what: /\b(Date\.now|performance\.now|new Date\(\))/g,
    where: /^src\/lib\//,
    message: 'time comes from lib/clock',
  },
  {
    what: /\b(Math\.random|randomBytes|randomInt|randomUUID)\b/g,
    where: /^src\/lib\//,
    message: 'randomness comes from lib',
  },
  {
    what: /\bprocess\.env\b/g,
    where: /^src\/node\/config\.ts$/,
    message: 'settings come from node/config',
  },
  { what: /\bprocess\.argv\b/g, where: /^src\/cli\//, message: 'arguments belong to cli' },
  { what: /\bconsole\./g, where: /^src\/cli\//, message: 'only cli speaks to the terminal' },
]

/** Time, randomness, settings and the terminal each have one place. */
export const places: Rule = (files) =>
  files.filter((file) => file.path.startsWith('src/')).flatMap((file) =>
    PLACES.filter((place) => !place.where.test(file.path)).flatMap((place) =>
      [...file.text.matchAll(place.what)]
        .filter((match) => !isComment(file.text, match.index))
        .map((match) => at(file, lineAt(file.text, match.index), place.message))))

export const names: Rule = (files) =>
  files
    .filter((file) => !/^[a-z0-9./-]+\.ts$/.test(file.path))
    .map((file) => at(file, 1, 'file names are kebab-case'))

export const sizes: Rule = (files) =>
  files.flatMap((file) => {
    const lines = file.text.split('\n')
    const long = lines.flatMap((line, i) =>
      Array.from(line).length > LINE_COLUMNS_MAX
        ? [at(file, i + 1, `over ${LINE_COLUMNS_MAX} columns`)]
        : [])
    return lines.length > FILE_LINES_MAX + 1
      ? [...long, at(file, FILE_LINES_MAX, `over ${FILE_LINES_MAX} lines`)]
      : long
  })

/** Every encoder has its decoder in the same file, and the other way round. */
export const pairs: Rule = (files) =>
  files.filter((file) => file.path.startsWith('src/wire/') || file.path.startsWith('src/record/'))
    .flatMap((file) => {
      const found = new Set(
        [...file.text.matchAll(/^export function ((?:en|de)code[A-Z]\w*)/gm)]
          .map((match) => match[1] ?? ''))
      return [...found]
        .map((name) => ({ name, twin: twinOf(name) }))
        .filter(({ name, twin }) => !found.has(twin) && !ONE_WAY.has(name))
        .map(({ name, twin }) => at(file, 1, `${name} has no ${twin} beside it`))
    })

/** Coders with one direction only, each with its reason. */
const ONE_WAY: ReadonlySet<string> = new Set([
  'decodeQuestion', // the fast path reads what message.ts encodes
  'encodeAnswer', // the fast path writes what message.ts decodes
  'encodeErrorAnswer',
  'encodeFoundAnswer',
  'encodeUndecodedAnswer',
  'encodeErrorText',
  'encodeFragments', // the Reassembler joins them
  'decodeCreated', // its encoder is the plain name's
  'decodeHeaderAndBody', // part of decodeMessage, for encrypted messages
])

const twinOf = (name: string): string =>
  name.startsWith('en') ? `de${name.slice(2)}` : `en${name.slice(2)}`

/** No file that nothing imports, but for those that a person or a thread starts. */
export const dead: Rule = (files) => {
  const used = new Set(files.flatMap((file) => importsOf(file)
    .filter(({ target }) => target.startsWith('.'))
    .map(({ target }) => resolveImport(file.path, target))))
  const entries = new RegExp([
    '\\.test\\.ts$', '^bench/(run|compare|baseline|(metering|import)-process)\\.ts$',
    '^seeds/main\\.ts$',
    '^test/(fuzz/wire|drill/run|peers/run)\\.ts$',
    '^test/soak/(run|server|kill|kill-server|readers)\\.ts$',
    '^src/(node/(worker|line-thread|merge-thread)|cli/program)\\.ts$',
    '^deploy/demo/(run|end-with-parent)\\.ts$',
  ].join('|'))
  return files
    .filter((file) => !used.has(file.path) && !entries.test(file.path))
    .map((file) => at(file, 1, 'nothing imports this file'))
}

/** Packages that a node is installed with and no file of it imports. */
export function unusedPackages(files: readonly Source[], names: readonly string[]): string[] {
  const imported = new Set(files.filter((file) => file.path.startsWith('src/'))
    .flatMap((file) => importsOf(file).map(({ target }) => target)))
  return names.filter((name) => !imported.has(name))
}

/** Every § that wire cites is a heading of proto/native.md. */
export const citations: Rule = (files) => {
  const headings = readFileSync('proto/native.md', 'utf8')
  return files.filter((file) => file.path.startsWith('src/wire/')).flatMap((file) =>
    [...file.text.matchAll(/§(\d+(?:\.\d+)?)/g)]
      .filter((match) => !new RegExp(`^#+ §${match[1] ?? ''}(?![.\\d])`, 'm').test(headings))
      .map((match) =>
        at(file, lineAt(file.text, match.index), `§${match[1] ?? ''} is no heading of native.md`)))
}

/** Nothing half done, nothing switched off. */
export const leftovers: Rule = (files) =>
  files.filter((file) => !file.path.startsWith('test/tidy/')).flatMap((file) =>
    [...file.text.matchAll(/\b(?:FIXME|TODO|XXX|as any)\b|\.only\(|@ts-(?:ignore|nocheck)/g)]
      .map((match) => at(file, lineAt(file.text, match.index), `${match[0]} is left over`)))

/** Files whose test is another one, each with the reason. */
const TESTED_ELSEWHERE: Readonly<Record<string, string>> = {
  'src/cli/': 'commands are tested as processes, in test/cli',
  'src/node/worker.ts': 'runs in a thread; test/node/node.test.ts',
  'src/node/line-thread.ts': 'runs in a thread; test/node/line-reader.test.ts',
  'src/node/merge-thread.ts': 'runs in a thread; test/node/log-merging.test.ts',
  'src/node/doors.ts': 'test/node/node.test.ts',
  'src/node/seeding.ts': 'test/node/node.test.ts',
  'src/node/supervisor.ts': 'test/node/node.test.ts',
  'src/node/meters.ts': 'test/metrics/exposition.test.ts',
  'src/node/metrics-door.ts': 'test/node/node.test.ts',
  'src/node/expose-meters.ts': 'test/node/node.test.ts reads both doors of metrics',
  'src/node/node-state.ts': 'test/node/node.test.ts',
  'src/node/thread-state.ts': 'test/node/node.test.ts',
  'src/native/tcp-connection.ts': 'test/native/tcp-server.test.ts',
  'src/native/answer-body.ts': 'test/native/answer.test.ts',
  'src/native/recursing-answerer.ts': 'test/node/recursion.test.ts, over every door',
  'src/node/root-servers.ts': 'test/node/config-recursion.test.ts',
  'src/resolver/recursed-outcome.ts': 'test/resolver/recursive-resolver.test.ts',
  'src/resolver/hot-answers.ts': 'test/resolver/recursive-resolver.test.ts',
  'src/resolver/recursion.ts': 'test/resolver/recursive-resolver.test.ts',
  'src/resolver/trace.ts': 'test/resolver/recursive-resolver.test.ts',
  'src/resolver/walk.ts': 'test/resolver/recursive-resolver.test.ts',
  'src/resolver/walk-': 'test/resolver/recursive-resolver.test.ts',
  'src/store/store.ts': 'types, and an error that test/node/disk.test.ts brings about',
  'src/native/administration/': 'test/native/administration asks the whole administrator',
  'src/node/open-office.ts': 'test/node/administration.test.ts',
  'src/registry/decide.ts': 'test/registry/administrator.test.ts runs the whole matrix',
  'src/registry/reader.ts': 'test/registry/administrator.test.ts runs the whole matrix',
  'src/client/': 'test/client talks to real peers through resolve and the native clients',
  'src/wire/': 'vectors and round trips in test/wire cover every body',
  'src/record/': 'vectors in test/record cover every structure',
  'src/node/open-desk.ts': 'test/http/desk starts whole nodes with a desk',
  'src/node/identities.ts': 'test/node/config.test.ts',
  'src/desk/': 'test/desk calls every operation, and the rules of each kind',
  'src/store/desk/': 'test/desk works over a real database',
  'src/http/': 'test/http asks the whole server',
}

/** Every file of src has a test of its name, or one named above. */
export const tested: Rule = (files) => {
  const paths = new Set(files.map((file) => file.path))
  return files
    .filter((file) => file.path.startsWith('src/') && /\b(function|class)\b/.test(file.text))
    .filter((file) => {
      const test = file.path.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts')
      const elsewhere = Object.keys(TESTED_ELSEWHERE).some((path) => file.path.startsWith(path))
      return !paths.has(test) && !elsewhere
    })
    .map((file) => at(file, 1, 'has no test'))
}

function at(file: Source, line: number, message: string): Finding {
  return { path: file.path, line, message }
}

function isComment(text: string, index: number): boolean {
  const start = text.lastIndexOf('\n', index) + 1
  return /^\s*(\/\/|\/?\*)/.test(text.slice(start, index + 1))
}
