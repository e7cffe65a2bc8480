import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Test } from 'tap'
import { type HostPort, parseHostPort } from '../../src/lib/host-port.ts'
import { type Ended, mainPath, type RunOptions } from './run.ts'

/** `suibiao serve` as a process of its own that has shown its banner. */
export interface NodeProcess {
  readonly child: ChildProcess
  readonly banner: string
  readonly native: HostPort
  readonly http: HostPort
  /** Sends a signal and waits for the end. */
  end(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<Ended>
}

const STARTED = 'Ctrl-C stops it.'

/** Starts a node and waits until it listens. @throws with what it said when it ends before */
export async function startProcess(
  t: Test, args: readonly string[], options: RunOptions = {},
): Promise<NodeProcess> {
  const child = spawn(process.execPath, [mainPath, 'serve', ...args], {
    cwd: options.cwd ?? t.testdirName,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  let messages = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { messages += text })
  const ended = once(child, 'close')
  while (!output.includes(STARTED)) {
    await Promise.race([once(child.stdout, 'data'), ended])
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${messages}`)
  }
  return {
    child,
    banner: output,
    native: addressIn(output, /native +(\S+) /),
    http: addressIn(output, /HTTP +http:\/\/(\S+)/),
    end: async (signal) => {
      child.kill(signal)
      const [code] = await ended
      return { code, output, messages }
    },
  }
}

function addressIn(banner: string, pattern: RegExp): HostPort {
  const address = parseHostPort(pattern.exec(banner)?.[1] ?? '')
  if (address === undefined) throw new Error(`no address in ${banner}`)
  return address
}
