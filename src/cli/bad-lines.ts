import { counted } from './format.ts'
import { printable, printMessage, type Terminal } from './terminal.ts'

/** Lines shown one by one; a file of the wrong kind would else fill the terminal. */
const shownMax = 20

/** The bad lines of an import: the first ones with their reasons, the others as a count. */
export class BadLines {
  readonly #messages: string[] = []
  #count = 0

  add(lineNumber: number, reason: string): void {
    this.#count++
    if (this.#count <= shownMax) this.#messages.push(`line ${lineNumber}: ${printable(reason)}`)
  }

  /** Prints them once the work is done, so that no progress bar writes over them. */
  print(terminal: Terminal): void {
    for (const message of this.#messages) printMessage(terminal, message)
    const more = this.#count - this.#messages.length
    if (more > 0) printMessage(terminal, `and ${counted(more, 'more bad line')}`)
  }
}
