/**
 * Hot statements on a filled database: each uses the index made for it and reads no table from end to end.
 *
 * PLANS_PEOPLE sets the size. The usual 5 000 people with 50 000 journal lines take seconds to fill and are enough for the planner to
 * tell an index from a table; 100 000 people with 1 000 000 lines take a minute.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase, sql } from '#platform/db'
import { cloneTemplate, withoutPostgres } from '#test/database'
import { fill } from '../../scripts/fill.ts'
import { assertLaws } from '../sim/assert-laws.ts'
import { explain } from './explain.ts'
import { hotStatements, type Sample } from './hot-statements.ts'
import { Recorder } from './recorder.ts'

const PEOPLE = Number(process.env['PLANS_PEOPLE'] ?? 5_000)

test(`plans with ${PEOPLE} people`, { skip: withoutPostgres }, async (t) => {
  const url = await cloneTemplate()
  await fill({ url, people: PEOPLE })
  const db = await openDatabase({ url, directory: null, connectionsMax: 4, onIdleError: () => undefined })
  t.after(() => db.close())
  if (PEOPLE <= 10_000) await t.test('the books that the filling made balance', () => assertLaws(db))
  const recorder = new Recorder(db)
  const [sample] = await db.query<Sample>(sql`
    select u.id as "accountId", a.token, u.email, ended.id as "endedId"
    from auth_users u join auth_sessions a on a.user_id = u.id
    join lateral (select id from generation_sessions s where s.account_id = u.id and status = 'succeeded' limit 1) ended on true
    where u.name = 'Person 100'`)

  for (const { statement, uses, send } of hotStatements) {
    const lives = uses.length === 0 ? 'looks nothing up' : `lives on ${uses.join(', ')}`
    await t.test(`${statement} ${lives} and reads no table from end to end`, async () => {
      await send(recorder.db, sample!)
      const sent = recorder.find(statement)
      for (const kind of ['custom', 'generic'] as const) {
        const { indexes, scanned, text } = await explain(db, sent, kind)
        assert.deepEqual(scanned, [], `${kind} plan: ${text}`)
        assert.deepEqual(uses.filter((names) => !names.split(' or ').some((name) => indexes.has(name))), [], `${kind} plan uses ${[...indexes].join(', ')}: ${text}`)
      }
    })
  }
})
