import type { Test } from 'tap'
import { AnswerCache } from '../../src/cache/answer-cache.ts'
import { CounterTable } from '../../src/lib/counters.ts'
import { NativeAdministrator } from '../../src/native/administration/native-administrator.ts'
import { NativeAnswerer } from '../../src/native/answer.ts'
import { NATIVE_COUNTERS } from '../../src/native/counters.ts'
import { encodeOwnSite } from '../../src/node/site.ts'
import { RESOLVER_COUNTERS } from '../../src/resolver/counters.ts'
import { Resolver } from '../../src/resolver/resolver.ts'
import { proofOf, type Who } from './access-matrix.ts'
import { createAdministrator } from './administrator.ts'
import { bySecret, NativeClient, type Prover } from './native-client.ts'

/** Where the messages of these tests seem to come from. */
export const ORIGIN = { transport: 'tcp', address: '192.0.2.1' } as const

/** A native administrator over the records of the access matrix, and a client that asks it. */
export function createNativeAdministrator(t: Test) {
  const setting = createAdministrator(t)
  const { store, generations, clock, administrator, authenticator, signer } = setting
  const counters = CounterTable.create([...NATIVE_COUNTERS, ...RESOLVER_COUNTERS], 1)
  const resolver = new Resolver({
    store, cache: new AnswerCache(1e6), generations, clock, counters, isOwnKey: null,
    onStoreError: (error) => { throw error },
  })
  const here = { host: '127.0.0.1', port: 2641 }
  const siteBytes = encodeOwnSite({
    native: here, http: here, https: null, publicKey: signer.publicKey,
  })
  const answerer = new NativeAnswerer({
    resolver, clock, counters, siteBytes, siteSerial: 1, defers: false,
  })
  const native = new NativeAdministrator({
    administrator, authenticator, answerer, signer, clock, siteSerial: 1,
  })
  const client = new NativeClient(async (message) => {
    const answers: Buffer[] = []
    let answer = await native.answer(message, ORIGIN)
    for (;;) {
      answers.push(...answer.messages)
      if (answer.next === null) return answers
      answer = await native.goOn(answer.next)
    }
  })
  return { ...setting, native, client }
}

/** Proves to be someone of the access matrix. */
export function proverOf(who: Who): Prover | null {
  const proof = proofOf(who)
  return proof === null ? null : bySecret(proof.identity, proof.secret)
}
