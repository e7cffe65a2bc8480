import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { assertFound } from '../measure.ts'

export interface OneByOneLoad {
  /** Each request goes to each of these servers in turn; that is one measurement. */
  readonly ports: readonly number[]
  readonly requests: readonly Buffer[]
  /** Whether answers are checked; an echo has none to check. */
  readonly checked: boolean
}

const ANSWER_TIMEOUT_MS = 10_000

/**
 * Asks over UDP, never two questions at a time.
 * @returns how long each request took, in milliseconds
 * @throws when an answer does not come
 */
export async function loadOneByOne(load: OneByOneLoad): Promise<number[]> {
  const socket = createSocket('udp4')
  const latencies: number[] = []
  let onAnswer: (answer: Buffer) => void = () => undefined
  socket.on('message', (answer) => { onAnswer(answer) })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const ask = (request: Buffer, port: number): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Error('no answer')) }, ANSWER_TIMEOUT_MS)
      onAnswer = (answer) => {
        clearTimeout(timer)
        resolve(answer)
      }
      socket.send(request, port, '127.0.0.1')
    })
  try {
    for (const request of load.requests) {
      const askedAt = performance.now()
      for (const port of load.ports) {
        const answer = await ask(request, port)
        if (load.checked) assertFound(answer, 0)
      }
      latencies.push(performance.now() - askedAt)
    }
  } finally {
    socket.close()
  }
  return latencies
}
