import type { Mutant } from './mutant.ts'

const TASKS = 'src/domains/generations/sql-tasks.ts'
const WORK = 'src/domains/generations/sql-work.ts'
const DISPATCH = 'src/domains/generations/sql-dispatch.ts'
const SWEEPER = 'src/domains/generations/video-sweeper.ts'
const tests = ['src/domains/generations/videos.test.ts']

/** Faults of videos: of what is submitted, left to its task, asked after, fetched and paid. */
export const videoMutants: readonly Mutant[] = [
  {
    name: 'the slot of a video ends with the lease of its worker', file: 'src/domains/capacity/gate.ts', tests,
    find: "case when caller.kind = 'video' then 'infinity' else now() + interval '${SLOT_SECONDS} seconds' end", put: "now() + interval '${SLOT_SECONDS} seconds'",
  },
  {
    name: 'a lost worker gives the slot of its video back', file: DISPATCH, tests,
    find: "p.generation_id = queued.id and p.expires_at < 'infinity')", put: 'p.generation_id = queued.id)',
  },
  {
    name: 'the slot is given back when the task is known', file: TASKS, tests,
    find: "const values = [...outcomeValues({ ...call, slot: null }), token", put: 'const values = [...outcomeValues(call), token',
  },
  {
    name: 'a task that has ended keeps its slot', file: TASKS, tests,
    find: "from a where p.attempt_id = a.id and $3 <> 'unknown'),", put: "from a where p.attempt_id = a.id and $3 = 'nothing'),",
  },
  {
    name: 'a submit whose answer was lost is an ordinary failure', file: 'src/domains/generations/make-video.ts', tests,
    find: "if (error.reason === 'outcome_unknown' || error.reason === 'bad_response') {", put: "if (error.reason === 'content_input') {",
  },
  {
    name: 'an interrupted submit is not looked for', file: WORK, tests,
    find: "failure_message = 'the worker died during the call', finished_at = now(), next_poll_at = case when $3::boolean then now() end",
    put: "failure_message = 'the worker died during the call', finished_at = now(), next_poll_at = case when $3::boolean and false then now() end",
  },
  {
    name: 'a submit that never arrived is believed at once', file: SWEEPER, tests,
    find: "if (found.kind === 'ask_later') return askLater(db, task, found.afterSeconds)", put: "if (found.kind === 'ask_later') return this.#end(task, { state: 'failed', reason: 'network', message: 'x', providerStatus: null })",
  },
  {
    name: 'what wakes a task while it is asked after is forgotten', file: TASKS, tests,
    find: 'case when next_poll_at = ${takenUntil}::timestamptz then now() + make_interval(secs => ${seconds}) else next_poll_at end', put: 'case when ${takenUntil}::timestamptz is not null then now() + make_interval(secs => ${seconds}) end',
  },
  {
    name: 'a task ends twice', file: TASKS, tests,
    find: 'from s where provider_attempts.id = $2::uuid and next_poll_at is not null returning provider_attempts.*),', put: 'from s where provider_attempts.id = $2::uuid returning provider_attempts.*),',
  },
  {
    name: 'a task that the provider does not know is gone at once', file: SWEEPER, tests,
    find: "state === 'gone' && goneSeconds !== null && goneSeconds >= (this.#parts.goneAfterSeconds ?? GONE_AFTER_SECONDS)", put: "state === 'gone'",
  },
  {
    name: 'nobody stops what nobody waits for', file: SWEEPER, tests,
    find: "isFinal(status) && stopOutcome === null", put: 'isFinal(status) && stopOutcome !== null',
  },
  {
    name: 'what was made waits until the provider can be called', file: 'src/domains/generations/lane-worker.ts', tests,
    find: "lane === 'video' && providers.length > 0", put: "lane === 'none' && providers.length > 0",
  },
  {
    name: 'one that is opened again orders what is under way', file: 'src/domains/generations/make-video.ts', tests,
    find: 'const pending = calls.find(({ isAskedAfter }) => isAskedAfter)', put: 'const pending = calls.find(({ isAskedAfter, callNumber }) => isAskedAfter && callNumber > run.session.callsForgiven)',
  },
  {
    name: 'tasks are asked after one by one', file: SWEEPER, tests,
    find: 'await inTurn(tasks, AT_ONCE_MAX, (task)', put: 'await inTurn(tasks, 1, (task)',
  },
  {
    name: 'more is charged than was held', file: 'src/domains/generations/transfer-video.ts', tests: ['src/domains/generations/transfer-video.test.ts'],
    find: 'return heldUnits === null ? delivered : Math.min(heldUnits, delivered)', put: 'return delivered',
  },
]
