/** What a text says in JSON; undefined for one that is no JSON, which no JSON means. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
