import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { systemClock } from '../../src/lib/clock.ts'
import { ownTlsFiles, renewOwnCertificate } from '../../src/node/own-certificate.ts'
import { CertificateError, loadTlsPair, watchTlsPair } from '../../src/node/tls-files.ts'

const folder = t.testdir({ a: {}, b: {}, 'nonsense.pem': 'nonsense' })
const a = ownTlsFiles(join(folder, 'a'))
const b = ownTlsFiles(join(folder, 'b'))

t.before(async () => {
  await renewOwnCertificate(a, 'localhost', systemClock)
  await renewOwnCertificate(b, 'localhost', systemClock)
})

t.test('files that HTTPS can not use are told in one line', async (t) => {
  const nonsense = join(folder, 'nonsense.pem')
  const cases = [
    [{ ...a, certificate: join(folder, 'none.pem') }, /none\.pem can't be read \(ENOENT\)/],
    [{ ...a, certificate: nonsense }, /nonsense\.pem can't be used; it takes a PEM file/],
    [{ ...a, key: nonsense }, /nonsense\.pem can't be used/],
    [{ ...a, key: b.key }, /don't belong together/],
  ] as const
  for (const [files, message] of cases) {
    t.throws(() => loadTlsPair(files), CertificateError)
    t.throws(() => loadTlsPair(files), { message })
  }
})

t.test('a pair that is replaced is seen once both halves are there', async (t) => {
  const seen: string[] = []
  const unwatch = watchTlsPair(a, 20, ({ cert }) => seen.push(cert))
  t.teardown(unwatch)
  await delay(60)
  copyFileSync(b.key, a.key)
  await delay(120)
  t.same(seen, [], 'a key without its certificate is passed over')
  copyFileSync(b.certificate, a.certificate)
  for (let i = 0; i < 100 && seen.length === 0; i++) await delay(20)
  t.equal(seen[0], loadTlsPair(b).cert)
  writeFileSync(a.certificate, '')
  await delay(120)
  t.equal(seen.length, 1)
})
