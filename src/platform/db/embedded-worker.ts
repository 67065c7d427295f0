/** The thread that owns PGlite. It answers one message with one message and keeps no state of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

interface Request {
  readonly id: number
  readonly kind: 'open' | 'query' | 'script' | 'close'
  readonly text: string
  readonly values: unknown[]
}

const { directory } = workerData as { directory: string | null }

const bigints = (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt))

const opening = PGlite.create({
  ...(directory === null ? {} : { dataDir: directory }),
  // The same reading of types as the Postgres driver's.
  parsers: { 20: BigInt, 1016: bigints, 1082: String, 1186: String },
})
// The first request awaits it and reports the failure.
opening.catch(() => undefined)

async function answer({ kind, text, values }: Request) {
  const db = await opening
  if (kind === 'query') {
    const { rows, affectedRows } = await db.query(text, values)
    return { rows, affectedRows: affectedRows ?? 0 }
  }
  if (kind === 'script') {
    const results = await db.exec(text)
    return { rows: results.flatMap(({ rows }) => rows), affectedRows: 0 }
  }
  if (kind === 'close') await db.close()
  return undefined
}

function describe(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string }
  return { message: error.message, code, constraint, detail }
}

parentPort?.on('message', (request: Request) => {
  answer(request).then(
    (result) => parentPort?.postMessage({ id: request.id, result }),
    (error: unknown) => parentPort?.postMessage({ id: request.id, error: describe(error) }),
  )
})
