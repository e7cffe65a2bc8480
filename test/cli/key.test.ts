import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { runProgram } from '../../src/cli/program.ts'
import { hex, loadVectors } from '../wire/vectors.ts'
import { run as runProcess } from './run.ts'
import { recordTerminal } from './terminal.ts'

const { keys, passphrase } = loadVectors('private-keys')

async function run(...args: string[]) {
  const terminal = recordTerminal()
  const code = await runProgram(['key', ...args], terminal)
  return { code, ...terminal.written() }
}

t.test('make, show, and convert through every format', async (t) => {
  const folder = t.testdir({ phrase: `${String(passphrase)}\n` })
  const at = (name: string): string => join(folder, name)
  const made = await run('make', '--private', at('a.bin'), '--public', at('b.bin'))
  t.match(made, { code: exitCodes.ok, messages: '' })
  t.equal(statSync(at('a.bin')).mode & 0o777, 0o600)
  const shown = await run('show', at('a.bin'), '--json')
  t.match(JSON.parse(shown.output), {
    half: 'private', algorithm: 'rsa', bits: 2048, format: 'handle', encryption: 'none',
  })
  t.notMatch(shown.output, /"d"/)
  const open = await run('show', at('b.bin'), '--json')
  t.equal(JSON.parse(open.output).sha256, JSON.parse(shown.output).sha256)
  t.match(await run('show', at('b.bin')), { output: /RSA.*2048/s })
  const secret = ['--new-passphrase-file', at('phrase')]
  const asked = ['--passphrase-file', at('phrase')]
  t.match(await run('convert', at('a.bin'), at('a.pem'), '--format', 'pem', ...secret), { code: 0 })
  t.match(readFileSync(at('a.pem'), 'latin1'), /BEGIN ENCRYPTED PRIVATE KEY/)
  t.match(await run('convert', at('a.pem'), at('a.jwk'), '--format', 'jwk', ...asked), { code: 0 })
  t.match(await run('convert', at('a.jwk'), at('c.bin'), ...secret), { code: 0 })
  t.match(await run('show', at('c.bin'), '--json', ...asked), { output: /"pbkdf2-aes"/ })
  t.match(await run('convert', at('c.bin'), at('d.bin'), ...asked), { code: 0 })
  t.strictSame(readFileSync(at('d.bin')), readFileSync(at('a.bin')))
  t.match(await run('convert', at('a.pem'), at('e.bin'), '--public', ...asked), { code: 0 })
  t.strictSame(readFileSync(at('e.bin')), readFileSync(at('b.bin')))
  t.equal(statSync(at('a.jwk')).mode & 0o777, 0o600)
})

t.test("the Java client's files, under old and new encryption", async (t) => {
  const folder = t.testdir({ phrase: String(passphrase) })
  for (const { algorithm, publicHex, files } of keys) {
    for (const { encryption, hex: bytes } of files) {
      const path = join(folder, `${String(algorithm)}-${String(encryption)}`)
      writeFileSync(path, hex(bytes))
      const phrase = ['--passphrase-file', join(folder, 'phrase')]
      const { code } = await run('convert', path, `${path}.pub`, '--public', ...phrase)
      t.equal(code, exitCodes.ok)
      t.equal(readFileSync(`${path}.pub`, 'hex'), publicHex)
    }
  }
})

t.test('what goes wrong is one line', async (t) => {
  const folder = t.testdir({ noise: 'noise', empty: '', json: '{"kty":"EC"}', phrase: 'wrong' })
  const at = (name: string): string => join(folder, name)
  const [{ files }] = keys
  writeFileSync(at('sealed'), hex(files.find((f: any) => f.encryption === 'pbkdf2-aes').hex))
  const cases: [string[], RegExp][] = [
    [['show', at('none')], /there is no such file/],
    [['show', at('noise')], /can't be read as a key/],
    [['show', at('empty')], /can't be read as a key: bytes end too early/],
    [['show', at('json')], /kty must be RSA or DSA/],
    [['show', at('sealed')], /needs a passphrase; give --passphrase-file/],
    [['show', at('sealed'), '--passphrase-file', at('phrase')], /not encrypted with this/],
    [['show', at('sealed'), '--passphrase-file', at('empty')], /is empty; write the secret/],
    [['show', at('sealed'), '--passphrase-env', 'NOT_SET'], /NOT_SET is not set/],
    [['make', '--bits', '1024'], /whole number from 2048 to 8192/],
    [['make', '--dsa', '--bits', '4096'], /2048 or 3072/],
    [['make', '--private', at('noise')], /exists already; choose another name, or add --force/],
    [['make', '--format', 'der'], /choices are handle, pem, jwk/],
  ]
  for (const [args, expected] of cases) {
    const { code, output, messages } = await run(...args)
    t.not(code, exitCodes.ok, args.join(' '))
    t.match(messages, expected)
    t.match(messages, /^suibiao: [^\n]+\n$/)
    t.equal(output, '')
  }
  t.equal(readFileSync(at('noise'), 'utf8'), 'noise')
})

t.test('a passphrase from the environment of the process', async (t) => {
  const folder = t.testdir()
  const [{ files }] = keys
  writeFileSync(join(folder, 'key'), hex(files.at(-1).hex))
  const args = ['key', 'show', join(folder, 'key'), '--passphrase-env', 'PHRASE']
  const { code, output } = await runProcess(args, { env: { PHRASE: String(passphrase) } })
  t.equal(code, exitCodes.ok)
  t.match(output, /AES-128/)
})
