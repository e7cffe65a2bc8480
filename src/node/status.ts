const PARTS = ['store', 'threads', 'native', 'http'] as const
export type NodePart = (typeof PARTS)[number]

const RECORDS_SLOT = PARTS.length
const PREFIXES_SLOT = PARTS.length + 1
const SLOT_COUNT = PARTS.length + 2

/** What a node holds. */
export interface Holdings {
  readonly records: number
  readonly prefixes: number
}

export interface Readiness {
  readonly ready: boolean
  readonly parts: Record<NodePart, { readonly ready: boolean }>
}

/** The node's state in shared memory: the main thread writes, every thread's doors read. */
export class NodeStatus {
  readonly buffer: SharedArrayBuffer
  readonly #slots: BigInt64Array

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#slots = new BigInt64Array(buffer)
  }

  static create(): NodeStatus {
    return new NodeStatus(new SharedArrayBuffer(SLOT_COUNT * 8))
  }

  static attach(buffer: SharedArrayBuffer): NodeStatus {
    return new NodeStatus(buffer)
  }

  setReady(part: NodePart, ready: boolean): void {
    Atomics.store(this.#slots, PARTS.indexOf(part), ready ? 1n : 0n)
  }

  setHoldings(holdings: Holdings): void {
    Atomics.store(this.#slots, RECORDS_SLOT, BigInt(holdings.records))
    Atomics.store(this.#slots, PREFIXES_SLOT, BigInt(holdings.prefixes))
  }

  holdings(): Holdings {
    return {
      records: Number(Atomics.load(this.#slots, RECORDS_SLOT)),
      prefixes: Number(Atomics.load(this.#slots, PREFIXES_SLOT)),
    }
  }

  /** Ready once every part is. */
  readiness(): Readiness {
    const isReady = (part: NodePart): boolean =>
      Atomics.load(this.#slots, PARTS.indexOf(part)) === 1n
    const parts = {
      store: { ready: isReady('store') },
      threads: { ready: isReady('threads') },
      native: { ready: isReady('native') },
      http: { ready: isReady('http') },
    }
    return { ready: PARTS.every(isReady), parts }
  }
}
