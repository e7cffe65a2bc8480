/** A command that a page shows, and what the page says it prints. */
export interface Shown {
  readonly line: number
  readonly command: string
  readonly output: readonly string[]
}

const OPENING = /^```console$/
const CLOSING = /^```$/
const PROMPT = '$ '

/** The commands in the `console` blocks of a page, in order. Lines that end in `\` go on. */
export function parseConsole(page: string): Shown[] {
  const shown: { line: number; command: string; output: string[] }[] = []
  let inside = false
  let continued = false
  for (const [i, text] of page.split('\n').entries()) {
    if (!inside) {
      inside = OPENING.test(text)
      continue
    }
    const last = shown.at(-1)
    if (CLOSING.test(text)) inside = false
    else if (continued && last !== undefined) last.command += `\n${text}`
    else if (text.startsWith(PROMPT)) {
      shown.push({ line: i + 1, command: text.slice(PROMPT.length), output: [] })
    } else last?.output.push(text)
    continued = inside && text.endsWith('\\')
  }
  return shown
}

/**
 * Whether text is what a page shows: `…` in a line stands for anything, a line that is only `…`
 * for any number of lines. White space at the ends of lines does not count.
 */
export function matches(expected: readonly string[], actual: string): boolean {
  const pattern = expected.map((line) => line.trimEnd()).join('\n')
    .split(/^…$/m)
    .map((part) => part.split('…').map((text) => escapePattern(text)).join('[^\\n]*'))
    .join('[^]*')
  const text = actual.split('\n').map((line) => line.trimEnd()).join('\n').trimEnd()
  return new RegExp(`^${pattern.trimEnd()}$`).test(text)
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
