import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const mainPath = fileURLToPath(new URL('../../src/cli/main.mjs', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly messages: string
}

export interface RunOptions {
  readonly env?: Record<string, string>
  readonly cwd?: string
  readonly input?: string
}

/** Runs the program in a process of its own, and gives up on it after half a minute. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [mainPath, ...args], {
    cwd: options.cwd ?? '/tmp',
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...options.env },
    timeout: 30_000,
  })
  let output = ''
  let messages = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { messages += text })
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => { resolve({ code, output, messages }) })
  })
}
