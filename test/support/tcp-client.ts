import { OP_FLAG } from '../../src/wire/layout.ts'
import { connectTcp } from './native.ts'
import { NativeClient } from './native-client.ts'

interface Waiting {
  readonly answers: Buffer[]
  readonly resolve: (answers: Buffer[]) => void
  readonly reject: (error: Error) => void
}

/** A client of the native protocol on one TCP connection, with any number of requests in flight. */
export async function connectNative(port: number): Promise<{
  client: NativeClient
  close(): void
}> {
  const { socket, answers, closed } = await connectTcp(port)
  // A peer that resets is told to whoever waits for an answer, below.
  closed.catch(() => undefined)
  const waiting: Waiting[] = []
  socket.on('answers', () => {
    for (let answer = answers.shift(); answer !== undefined; answer = answers.shift()) {
      const first = waiting[0]
      if (first === undefined) throw new Error('an answer to nothing')
      first.answers.push(answer)
      // An encrypted answer shows no flags, and is never one of several.
      const encrypted = ((answer[2] ?? 0) & 0x40) !== 0
      if (!encrypted && (answer.readUInt32BE(28) & OP_FLAG.continuous) !== 0) continue
      waiting.shift()
      first.resolve(first.answers)
    }
  })
  const fail = (): void => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the connection is closed'))
  }
  socket.on('close', fail)
  socket.on('error', fail)
  const client = new NativeClient((message) => new Promise((resolve, reject) => {
    if (socket.destroyed) {
      reject(new Error('the connection is closed'))
      return
    }
    waiting.push({ answers: [], resolve, reject })
    socket.write(message)
  }))
  return { client, close: () => { socket.destroy() } }
}
