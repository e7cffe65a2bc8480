/** Where a command writes: results to `output`, everything about them to `messages`. */
export interface Terminal {
  readonly output: NodeJS.WritableStream
  readonly messages: NodeJS.WritableStream
  /** Whether a person watches the messages, so that a progress bar makes sense. */
  readonly interactive: boolean
}

/**
 * The process's own streams. A reader that goes away (`| head`) is no reason to die: a command
 * that writes much notices by itself, and a node goes on serving.
 */
export function createTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  return {
    output: process.stdout,
    messages: process.stderr,
    interactive: process.stderr.isTTY,
  }
}

/** Writes one line of a result. */
export function printLine(terminal: Terminal, line: string): void {
  terminal.output.write(`${line}\n`)
}

/** Writes one line about what happens, in the form `suibiao: what; what to do`. */
export function printMessage(terminal: Terminal, message: string): void {
  terminal.messages.write(`suibiao: ${message}\n`)
}

 
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu

/** Text from a record, made harmless: control and direction characters show as escapes. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (unsafe) => {
    return `\\u${(unsafe.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  })
}
