import { readFileSync } from 'node:fs'
import t from 'tap'
import * as rules from './rules.ts'
import { loadSources, type Rule } from './source.ts'

const file = (path: string, text: string) => ({ path, text })
const long = 'x'.repeat(101)

/** For each rule a sample that breaks it: a checker that finds nothing proves nothing. */
const samples: Record<string, { rule: Rule; bad: { path: string; text: string } }> = {
  'imports go down': {
    rule: rules.layers,
    bad: file('src/wire/a.ts', "import { x } from '../native/answer.ts'"),
  },
  'siblings do not meet': {
    rule: rules.layers,
    bad: file('src/http/a.ts', "import { x } from '../native/answer.ts'"),
  },
  'a package has its door': {
    rule: rules.doors,
    bad: file('src/http/a.ts', "import Database from 'better-sqlite3'"),
  },
  'time has its place': { rule: rules.places, bad: file('src/http/a.ts', 'const x = Date.now()') },
  'the terminal has its place': {
    rule: rules.places, bad: file('src/http/a.ts', "console.log('x')"),
  },
  'kebab-case': { rule: rules.names, bad: file('src/wire/fooBar.ts', '') },
  columns: { rule: rules.sizes, bad: file('src/wire/a.ts', long) },
  lines: { rule: rules.sizes, bad: file('src/wire/a.ts', '\n'.repeat(400)) },
  'coders come in pairs': {
    rule: rules.pairs, bad: file('src/wire/a.ts', 'export function encodeThing(): void {}'),
  },
  'no dead file': { rule: rules.dead, bad: file('src/wire/lonely.ts', '') },
  'citations exist': { rule: rules.citations, bad: file('src/wire/a.ts', '// §99.9 Nothing') },
  'no leftovers': { rule: rules.leftovers, bad: file('src/wire/a.ts', `// TODO later`) },
  'every file is tested': {
    rule: rules.tested, bad: file('src/lib/a.ts', 'export function x(): void {}'),
  },
}

t.test('each rule reports what breaks it', async (t) => {
  for (const [name, { rule, bad }] of Object.entries(samples)) {
    t.equal(rule([bad]).length, 1, name)
  }
})

t.test('the layer table is read', async (t) => {
  const layers = rules.parseLayers('| 0 | `lib` | x |\n| 3 | `store` | y |')
  t.same([...layers], [['lib', 0], ['store', 3]])
})

t.test('every package that is installed with a node is used by it', async (t) => {
  const sample = file('src/lib/a.ts', "import { x } from 'used'\nimport y from './unused.ts'")
  t.same(rules.unusedPackages([sample], ['used', 'unused']), ['unused'])
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
  t.same(rules.unusedPackages(loadSources(), Object.keys(dependencies)), [])
})

t.test('the project keeps every rule', async (t) => {
  const sources = loadSources()
  t.ok(sources.length > 100)
  for (const rule of new Set(Object.values(samples).map((sample) => sample.rule))) {
    const found = rule(sources).map(({ path, line, message }) => `${path}:${line} ${message}`)
    t.same(found, [])
  }
})
