/**
 * Fills a migrated database: `node scripts/fill.ts <address> [people]`. A hundred thousand people make a million journal lines.
 *
 * For plans, benchmarks and `verify`, on a database made for it: what is there already is left alone and may collide.
 */
import pg from 'pg'
import { fillings } from './fill/statements.ts'

const PEOPLE = 100_000

export interface Filling {
  readonly url: string
  readonly people: number
  readonly onStep?: (what: string, ms: number) => void
}

/** Fills the database and brings its statistics up to date. The ledger's laws hold afterwards. */
export async function fill({ url, people, onStep = () => undefined }: Filling): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  const end = new Date(Date.now() - 3_600_000).toISOString()
  await client.connect()
  try {
    await client.query(`set synchronous_commit = off; set work_mem = '64MB'; set maintenance_work_mem = '256MB'`)
    for (const { what, text } of fillings) {
      const started = performance.now()
      // One at a time: `vacuum` does not run among others.
      for (const statement of split(text)) await client.query(statement.replaceAll('$people', String(people)).replaceAll('$end', end))
      onStep(what, Math.round(performance.now() - started))
    }
  } finally {
    await client.end()
  }
}

/** Statements end with a semicolon at the end of a line; none of ours has one inside. */
function split(text: string): string[] {
  return text.split(/;\s*(?=\n|$)|; (?=vacuum)/).filter((statement) => statement.trim() !== '')
}

if (import.meta.main) {
  const [url, people = String(PEOPLE)] = process.argv.slice(2)
  if (url === undefined || !/^[1-9]\d*$/.test(people)) {
    console.error('node scripts/fill.ts <address of a migrated database> [people]')
    process.exit(2)
  }
  const started = performance.now()
  await fill({ url, people: Number(people), onStep: (what, ms) => console.log(`${what}: ${ms} ms`) })
  console.log(`${people} people in ${((performance.now() - started) / 1_000).toFixed(1)} s`)
}
