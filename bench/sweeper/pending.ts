/** Videos that are being made: tasks at the simulator, and the rows that say so. */
import type { Db } from '#platform/db'
import { sql } from '#platform/db'
import type { VideoProvider } from '#platform/providers'
import { newId } from '#lib/ids'

const SUBMITS_AT_ONCE = 25

/**
 * Adds so many generations that wait for a task which never ends. `sampleId` is one that was asked for in the ordinary way: what is added are copies of it that cost nothing.
 */
export async function addPending(db: Db, provider: VideoProvider, sampleId: string, count: number): Promise<void> {
  const taskIds: string[] = []
  const submit = async () => {
    while (taskIds.length < count) {
      taskIds.push('')
      const place = taskIds.length - 1
      const attemptId = newId()
      const call = { providerModel: 'dreamina-seedance-2-0-260128', prompt: 'waves [[fault:endless]]', clientReference: attemptId, requestId: attemptId, callNumber: 1 }
      const submission = await provider.submit(call, { signal: AbortSignal.timeout(60_000) })
      if (submission.kind !== 'task') throw new Error('the simulator answered without a task')
      taskIds[place] = submission.taskId
    }
  }
  await Promise.all(Array.from({ length: SUBMITS_AT_ONCE }, submit))
  await db.query(sql`
    /* bench.addPending */
    with made as (
      insert into generation_sessions
      select (jsonb_populate_record(null::generation_sessions, to_jsonb(g) || jsonb_build_object(
        'id', new_uuid_by_time(), 'status', 'running', 'phase', 'waiting_provider', 'lease_expires_at', 'infinity', 'started_at', now(),
        'attempts', 1, 'reservation_id', null, 'waived', true, 'credits_held', 0))).*
      from generation_sessions g, generate_series(1, ${count}::int) where g.id = ${sampleId} returning id),
    numbered as (select id, row_number() over () as place from made)
    insert into provider_attempts (id, generation_id, output_index, call_number, lease_token, state, provider_task_id, started_at, next_poll_at)
    select new_uuid_by_time(), n.id, 0, 1, 1, 'submitted', t.task_id, now(), now()
    from numbered n join unnest(${taskIds}::text[]) with ordinality t (task_id, place) on t.place = n.place`)
  // As the database does by itself within minutes: without it, finding one among thousands would be what is measured.
  await db.raw('vacuum analyze')
}
