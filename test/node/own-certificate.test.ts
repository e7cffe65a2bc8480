import { X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { ownTlsFiles, renewOwnCertificate } from '../../src/node/own-certificate.ts'
import { loadTlsPair } from '../../src/node/tls-files.ts'

const DAY_MS = 86_400_000
const START_MS = 1_700_000_000_000

const clockAt = (ms: number) => ({
  nowMs: () => ms, nowSeconds: () => Math.floor(ms / 1000), elapsedMs: () => ms,
})

t.test('a certificate names this machine and the address it listens on', async (t) => {
  const files = ownTlsFiles(t.testdir())
  t.ok(await renewOwnCertificate(files, '10.1.2.3', clockAt(START_MS)))
  const certificate = new X509Certificate(readFileSync(files.certificate))
  for (const ip of ['127.0.0.1', '::1', '10.1.2.3']) t.ok(certificate.checkIP(ip), ip)
  t.ok(certificate.checkHost('localhost'))
  t.notOk(certificate.checkHost('node.example'))
  t.notOk(certificate.ca)
  t.ok(certificate.verify(certificate.publicKey), 'signed by itself')
  t.match(certificate.serialNumber, /^01[0-9A-F]{30}$/)
  t.equal(statSync(files.key).mode & 0o777, 0o600, 'nobody else reads the key')
  t.ok(loadTlsPair(files))
})

t.test('it is kept while it serves, and replaced when it does not', async (t) => {
  const files = ownTlsFiles(t.testdir())
  const renew = (host: string, days: number): Promise<boolean> =>
    renewOwnCertificate(files, host, clockAt(START_MS + days * DAY_MS))
  t.equal(await renew('127.0.0.1', 0), true, 'the first')
  t.equal(await renew('127.0.0.1', 0), false, 'still good')
  t.equal(await renew('::', 334), false, 'any address asks for no other name')
  t.equal(await renew('127.0.0.1', 335), true, 'thirty days before its end')
  t.equal(await renew('127.0.0.1', 0), true, 'not valid yet: the clock went back')
  t.equal(await renew('node.example', 0), true, 'another name')
  t.equal(await renew('node.example', 0), false)
  writeFileSync(files.certificate, 'nonsense')
  t.equal(await renew('node.example', 0), true, 'damaged')
  rmSync(files.key)
  t.equal(await renew('node.example', 0), true, 'without its key')
})
