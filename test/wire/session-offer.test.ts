import t from 'tap'
import { BytesError } from '../../src/lib/bytes.ts'
import { decodePacket } from '../../src/wire/message.ts'
import { decodeDiffieHellmanOffer, encodeDiffieHellmanOffer } from '../../src/wire/session-offer.ts'
import { hex, loadVectors, offByOne } from './vectors.ts'

t.test('offers of a real server', async (t) => {
  const { capture } = loadVectors('handle-9.3.1')
  for (const { name, hex: text } of capture) {
    if (name !== '1S' && name !== '4S') continue
    const { body } = decodePacket(hex(text)).message
    if (body.kind !== 'session-offer') throw new Error(`${name} is no offer`)
    const offer = decodeDiffieHellmanOffer(body.data)
    t.equal(offer.cipher, 'aes')
    t.equal(offer.publicKey.p.length, 128)
    t.ok(encodeDiffieHellmanOffer(offer).equals(body.data))
    for (const other of offByOne(body.data)) {
      t.throws(() => decodeDiffieHellmanOffer(other), BytesError)
    }
  }
})
