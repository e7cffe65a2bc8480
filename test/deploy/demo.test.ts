import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import t from 'tap'
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
      t.match(row, /found, 2 values$/, `${prefix} through ${through}`)
      if (kind === 'only HTTP') t.match(row, / by HTTP /)
      else t.ok(row?.includes(` ${nativeOf(node)} by UDP `), row ?? prefix)
    }
  }
  const walk = lines.filter((line) => /^\d +\S+ .* by /.test(line))
  t.match(walk, [/88\.120\.5 .*referral/, /88\.120\.5 .*found, 1 value/, /M1002 .*HTTP.*2 values/])
  t.ok(walk[0]?.includes(` ${nativeOf('88')} by UDP`), 'the top-level node is asked first')
  t.ok(walk[1]?.includes(` ${nativeOf('88.120')} by UDP`), 'then the secondary node')
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
