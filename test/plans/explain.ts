import pg from 'pg'
import type { Db, Sql } from '#platform/db'

export interface Plan {
  readonly indexes: ReadonlySet<string>
  /** Tables that are read from end to end. */
  readonly scanned: readonly string[]
  readonly text: string
}

/** A handful of rows, whatever the business: reading all of them is as good as anything. */
const small = new Set(['lane_controls', 'provider_controls', 'provider_slots', 'workers'])

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly Plans?: readonly PlanNode[]
}

/**
 * How Postgres would run a statement: planned for its values (`custom`), as it does the first times, or once for all values (`generic`), as
 * it may do with a prepared statement that comes often.
 */
export async function explain(db: Db, { text, values }: Sql, kind: 'custom' | 'generic'): Promise<Plan> {
  const list = values.length === 0 ? '' : `(${values.map(toLiteral).join(', ')})`
  const [row] = await db.raw(`
    begin;
    set local plan_cache_mode = force_${kind}_plan;
    prepare examined as ${text};
    explain (format json) execute examined${list};
    deallocate examined;
    commit;`)
  return readPlan((row!['QUERY PLAN'] as [{ Plan: PlanNode }])[0].Plan)
}

function toLiteral(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((item) => JSON.stringify(String(item))).join()}}`)
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value))
}

function readPlan(root: PlanNode): Plan {
  const nodes: PlanNode[] = []
  const visit = (node: PlanNode) => {
    nodes.push(node)
    node.Plans?.forEach(visit)
  }
  visit(root)
  const indexes = new Set(nodes.flatMap((node) => node['Index Name'] ?? []))
  const scanned = nodes.flatMap((node) => (node['Node Type'] === 'Seq Scan' ? (node['Relation Name'] ?? 'a table') : []))
  return { indexes, scanned: scanned.filter((table) => !small.has(table)), text: JSON.stringify(root, null, 1) }
}
