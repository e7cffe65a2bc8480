import fc from 'fast-check'

type Json = any

/** Text that breaks naive programs. */
const hostile = fc.constantFrom<Json>(
  '', ' ', '\u0000', '../../etc/passwd', "'; DROP TABLE desk_users; --", '{{7*7}}', '88.118.8/P1',
  '💥'.repeat(50), 'x'.repeat(5_000), '__proto__', '1e999', -1, 0, 1.5, 1e308, null, true, [], {},
  [[[[]]]], { __proto__: null, constructor: 1 }, '88.118', '2026-02-30', '\u202e\ud800',
)

/** Values that a JSON Schema allows, as far as it says. */
export function fromSchema(schema: Json): fc.Arbitrary<Json> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map(fromSchema))
  switch (schema.type) {
    case 'object':
      return objectFrom(schema)
    case 'array':
      return fc.array(fromSchema(schema.items ?? {}), {
        minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 3, 3),
      })
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, -1e9), max: Math.min(schema.maximum ?? 1e9, 1e9),
      })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'string':
      return textFrom(schema)
    default:
      return fc.jsonValue({ maxDepth: 1 })
  }
}

function objectFrom(schema: Json): fc.Arbitrary<Json> {
  const properties: [string, Json][] = Object.entries(schema.properties ?? {})
  const required = new Set<string>(schema.required ?? [])
  const entries = properties.map(([name, one]) => [name, required.has(name)
    ? fromSchema(one)
    : fc.option(fromSchema(one), { nil: undefined })] as const)
  return fc.record(Object.fromEntries(entries)).map((object) => JSON.parse(JSON.stringify(object)))
}

function textFrom(schema: Json): fc.Arbitrary<Json> {
  if (schema.format === 'email') return fc.constant('a@example.cn')
  if (schema.format === 'date') return fc.constant('2026-03-01')
  if (schema.format === 'uri') return fc.constant('https://example.cn')
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern))
  return fc.string({
    minLength: schema.minLength ?? 0, maxLength: Math.min(schema.maxLength ?? 20, 40),
  })
}

/** The same with something in it replaced, dropped or added. */
export function nearly(valid: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.tuple(valid, fc.nat(), hostile, fc.constantFrom('replace', 'drop', 'add'))
    .map(([value, seed, bad, how]) => spoil(value, seed, bad, how))
}

function spoil(value: Json, seed: number, bad: Json, how: string): Json {
  if (typeof value !== 'object' || value === null) return bad
  const keys = Object.keys(value)
  if (how === 'add' && !Array.isArray(value)) return { ...value, extra: bad }
  const key = keys[seed % Math.max(1, keys.length)]
  if (key === undefined) return bad
  if (how === 'drop' && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
  }
  const copy = structuredClone(value)
  copy[key] = seed % 3 === 0 ? bad : spoil(copy[key], seed >> 2, bad, how)
  return copy
}

export { hostile }
