import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { fastify } from 'fastify'
import { FrameReader } from '../src/wire/frames.ts'

/*
 * The bare servers that the node is compared with: the same server, an answer of the same size,
 * nothing looked up. `node bench/baseline.ts <kind> <port> <answer bytes>`; says "ready".
 */
const [kind = '', port = '0', answerBytes = '100'] = process.argv.slice(2)
const answer = Buffer.alloc(Number(answerBytes))
if (answer.length >= 20) answer.writeInt32BE(answer.length - 20, 16)

switch (kind) {
  case 'http': {
    const server = fastify({ logger: false })
    const body = 'x'.repeat(Number(answerBytes))
    // The headers that the node sends: the same bytes, but not made from anything.
    const etag = `"${'x'.repeat(22)}"`
    const headers = { etag, 'cache-control': 'max-age=86400', vary: 'Origin' }
    server.get('/api/handles/*', (_request, reply) =>
      reply.headers(headers).type('application/json;charset=UTF-8').send(body))
    await server.listen({ host: '127.0.0.1', port: Number(port) })
    break
  }
  case 'batch': {
    const server = fastify({ logger: false, bodyLimit: 16_777_216 })
    const type = 'application/x-protobuf'
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    server.post('/v1/resolve', (_request, reply) => reply.type(type).send(answer))
    await server.listen({ host: '127.0.0.1', port: Number(port) })
    break
  }
  case 'udp': {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 })
    socket.on('message', (_request, peer) => socket.send(answer, peer.port, peer.address))
    await new Promise<void>((resolve) => socket.bind(Number(port), '127.0.0.1', resolve))
    break
  }
  case 'tcp': {
    const server = createServer({ noDelay: true }, (socket) => {
      const reader = new FrameReader()
      socket.on('error', () => undefined)
      socket.on('data', (chunk: Buffer) => {
        let count = 0
        reader.push(chunk, () => count++)
        if (count === 0) return
        const out = Buffer.allocUnsafe(count * answer.length)
        for (let i = 0; i < count; i++) answer.copy(out, i * answer.length)
        socket.write(out)
      })
    })
    await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve))
    break
  }
  default:
    throw new Error(`no baseline is named ${kind}`)
}
console.log('ready')
