import { once } from 'node:events'
import { connect } from 'node:net'
import autocannon from 'autocannon'
import { type Measure, summarise, WrongAnswerError } from '../measure.ts'

export interface HttpLoad {
  readonly port: number
  readonly paths: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/** Asks over HTTP with autocannon, keep-alive, one request a connection. */
export async function loadHttp(load: HttpLoad): Promise<Measure> {
  const result = await autocannon({
    url: `http://127.0.0.1:${load.port}`,
    connections: load.connections,
    duration: load.seconds,
    requests: load.paths.map((path) => ({ method: 'GET', path })),
  })
  if (result.non2xx > 0) throw new WrongAnswerError(`${result.non2xx} answers were no success`)
  const { latency, requests, duration } = result
  return {
    perSecond: requests.total / duration,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    p999Ms: latency.p99_9,
    quantilesMs: [],
    total: requests.total,
    seconds: duration,
  }
}

/**
 * The same with requests prepared beforehand and answers counted by their length: lighter than
 * autocannon, so that the server's core is the one that is busy.
 */
export async function loadHttpRaw(load: HttpLoad): Promise<Measure> {
  const requests = load.paths.map((path) =>
    Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`))
  const latencies: number[] = []
  let done = 0
  const started = performance.now()
  const endsAt = started + load.seconds * 1000
  await Promise.all(Array.from({ length: load.connections }, async (_unused, lane) => {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    await new Promise<void>((resolve, reject) => {
      let next = Math.floor((lane * requests.length) / load.connections)
      let askedAt = 0
      let text = ''
      const ask = (): void => {
        askedAt = performance.now()
        socket.write(requests[next++ % requests.length] ?? '')
      }
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1')
        if (!isWhole(text)) return
        if (!text.startsWith('HTTP/1.1 200')) reject(new WrongAnswerError(text.slice(0, 80)))
        text = ''
        done++
        if (done % 16 === 0) latencies.push(performance.now() - askedAt)
        if (performance.now() >= endsAt) resolve()
        else ask()
      })
      socket.on('error', reject)
      ask()
    })
    socket.destroy()
  }))
  return summarise(done, (performance.now() - started) / 1000, latencies)
}

/** Whether head and body of an answer are there. */
export function isWhole(text: string): boolean {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /content-length: (\d+)/i.exec(text)?.[1]
  return text.length >= headEnd + 4 + Number(length ?? 0)
}
