import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const execute = promisify(execFile)

export const say = (line: string): void => { process.stdout.write(`${line}\n`) }

/** Fetches the client's libraries into `folder/lib`. @returns whether they are there */
export async function fetchClient(folder: string): Promise<boolean> {
  for (const [tool, flag] of [['java', '-version'], ['javac', '-version'], ['mvn', '-v']]) {
    try {
      await execute(tool ?? '', [flag ?? ''])
    } catch {
      say(`skipped: there is no ${tool} here`)
      return false
    }
  }
  cpSync(join(HERE, 'pom.xml'), join(folder, 'pom.xml'))
  try {
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'lib')}`]
    await execute('mvn', ['-q', '-B', '-f', join(folder, 'pom.xml'), ...goal], {
      timeout: 180_000,
    })
    return true
  } catch {
    say('skipped: the client could not be had from Maven Central')
    return false
  }
}

/** Runs a program that uses the client. @returns what it wrote, once it has ended */
export async function runJava(
  folder: string, program: string, args: readonly string[],
): Promise<{ readonly exitCode: number | null; output: string; messages: string }> {
  const java = spawn('java', [
    // Else the client keeps its state in the home folder, and shares it with the next run.
    `-Duser.home=${folder}`, `-Dnet.handle.configDir=${folder}`,
    '-cp', join(folder, 'lib', '*'), join(HERE, program), ...args,
  ], { timeout: 170_000, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(java, 'exit')
  const [output, messages] = await Promise.all([text(java.stdout), text(java.stderr)])
  await ended
  return { exitCode: java.exitCode, output, messages }
}
