import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { makeDemoFolder } from '../../deploy/demo/folder.ts'
import { ENTERPRISES } from '../../deploy/demo/topology.ts'

const pathOf = (file: string) =>
  fileURLToPath(new URL(`../../deploy/demo/${file}`, import.meta.url))

t.test('all nodes of the demo find each other, and everything is found', async (t) => {
  const child = spawn(process.execPath, [pathOf('run.ts'), '--once'], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'], NO_COLOR: '1' },
  })
  t.teardown(() => child.kill('SIGTERM'))
  let [output, messages] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { messages += text })
  await once(child, 'close')
  t.equal(child.exitCode, 0, messages)
  const lines = output.split('\n')
  const nativeOf = (prefix: string) => {
    const row = lines.find((line) => line.includes(` ${prefix} `) && line.includes('http://'))
    return /(\S+) +http:/.exec(row ?? '')?.[1] ?? `nobody has ${prefix}`
  }
  for (const through of ['99.901', '99.902'].map(nativeOf)) {
    for (const { prefix, node, kind } of ENTERPRISES) {
      const row = lines.find((line) =>
        line.startsWith(`${prefix}/M1001 `) && line.includes(` ${through} `))
      // A desk that registers a product adds who administers it.
      const count = node === prefix ? 2 : 3
      t.ok(row?.endsWith(`found, ${count} values`), `${prefix} through ${through}`)
      if (kind === 'only HTTP') t.match(row, / by HTTP /)
      else t.ok(row?.includes(` ${nativeOf(node)} by UDP `), row ?? prefix)
    }
  }
  const walk = lines.filter((line) => /^\d +\S+ .* by /.test(line))
  t.match(walk, [/88\.120\.5 .*referral/, /88\.120\.5 .*found, 5 values/, /M1002 .*HTTP.*2 values/])
  t.ok(walk[0]?.includes(` ${nativeOf('88')} by UDP`), 'the top-level node is asked first')
  t.ok(walk[1]?.includes(` ${nativeOf('88.120')} by UDP`), 'then the secondary node')
  t.notMatch(output, 'another terminal', 'nothing to try on nodes that have stopped')
})

t.test('a demo that is broken off says so, and leaves nothing behind', async (t) => {
  const folder = t.testdir()
  const child = spawn(process.execPath, [pathOf('run.ts'), '--once'], {
    stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], TMPDIR: folder },
  })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stderr, 'data')
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  t.equal(code, 130, 'as a shell expects of a program that Ctrl-C ended')
  t.same(readdirSync(folder), [])
})

t.test('the folder of a demo that was killed goes with the next one', async (t) => {
  const parent = t.testdir()
  const ended = spawn(process.execPath, ['-e', ''])
  await once(ended, 'close')
  const orphan = join(parent, `suibiao-demo-${ended.pid}-abc`)
  mkdirSync(join(orphan, '88'), { recursive: true })
  const first = makeDemoFolder(parent)
  t.notOk(existsSync(orphan))
  makeDemoFolder(parent)
  t.ok(existsSync(first), 'one that runs keeps its folder')
})

t.test('a node ends with whoever started it', async (t) => {
  const program = "setInterval(() => {}, 1000); console.log('here')"
  const child = spawn(
    process.execPath, ['--import', pathOf('end-with-parent.ts'), '-e', program],
    { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  t.equal(child.exitCode, null, 'it runs')
  child.stdin.destroy()
  const [, signal] = await once(child, 'close')
  t.equal(signal, 'SIGTERM')
})
