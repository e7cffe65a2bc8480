import { Writable } from 'node:stream'
import type { Terminal } from '../../src/cli/terminal.ts'

export interface RecordedTerminal extends Terminal {
  /** What was written so far. */
  written(): { output: string; messages: string }
}

/** A terminal that remembers what is written to it. */
export function recordTerminal(interactive = false): RecordedTerminal {
  const texts = { output: '', messages: '' }
  const stream = (name: 'output' | 'messages'): Writable => new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      texts[name] += chunk.toString()
      done()
    },
  })
  return {
    output: stream('output'),
    messages: stream('messages'),
    interactive,
    written: () => ({ ...texts }),
  }
}
