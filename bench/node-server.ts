import { once } from 'node:events'
import { createServer } from 'node:net'
import { ServerProcess } from './server-process.ts'

export interface Ports {
  readonly native: number
  readonly http: number
}

export interface NodeOptions {
  readonly dataDir: string
  /** Memory for answers, in mebibytes; null: the default. */
  readonly cache: string | null
  /** Resolver threads, none unless said; null: the default. */
  readonly workers?: number | null
  /** Hold it to the first core although it has resolver threads. */
  readonly pinned?: boolean
  /** Leave the node a tenth of its core, so that load can exceed what it can do. */
  readonly crowded?: boolean
  /** Run it on the second core, where the load is. */
  readonly besideLoad?: boolean
  /** More of the command line. */
  readonly more?: readonly string[]
}

/** Runs the node on the first core while it is used. */
export async function withNode<T>(
  options: NodeOptions, use: (ports: Ports, server: ServerProcess) => Promise<T>,
): Promise<T> {
  const ports = await freePorts()
  const server = await startNode(options, ports)
  try {
    return await use(ports, server)
  } finally {
    await server.stop()
  }
}

/** Starts the node, which has to be stopped again. */
export async function startNode(options: NodeOptions, ports: Ports): Promise<ServerProcess> {
  const {
    dataDir, cache, workers = 0, pinned = workers === 0, crowded = false, besideLoad = false,
    more = [],
  } = options
  const server = ServerProcess.start([
    'src/cli/main.mjs', 'serve', '--data', dataDir,
    ...(workers === null ? [] : ['--workers', String(workers)]),
    ...(cache === null ? [] : ['--cache', cache]),
    '--native', `127.0.0.1:${ports.native}`, '--http', `127.0.0.1:${ports.http}`, ...more,
  ], { crowded, anyCore: !pinned, besideLoad })
  try {
    await server.untilReady(ports.http)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

/** Ports for a node that is yet to be started. */
export async function freePorts(): Promise<Ports> {
  return { native: await freePort(), http: await freePort() }
}

/** A port of the loopback address that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
