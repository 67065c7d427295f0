import { armFailpoints, failpoint } from '#lib/failpoint'
import type { Db } from '#platform/db'
import { openQueue, type Queue, type QueueConfig, type QueueCounts, type QueueKind, type QueueName, queueNames } from '#platform/queue'
import { readConfig } from '../config.ts'
import { type Command, type Outcome, required, UsageError, type Values } from './command.ts'

const KINDS: readonly QueueKind[] = ['postgres', 'bullmq', 'sqs']
/** Something could not be taken yet: as when a server does not answer, the same call later may find nothing left. */
const LATER = 5

const kindOption = (help: string) => ({ type: 'string', value: 'kind', help: `${help}: postgres, bullmq or sqs` }) as const

export const queueMove: Command = {
  name: 'queue move',
  summary: 'Moves the waiting jobs of all queues to another kind of queue, with their ids, priorities and delays. For switching over while no worker runs.',
  examples: [
    ['--from postgres --to bullmq', 'to the Redis of REDIS_URL'],
    ['--from bullmq --to sqs --json', 'to the queues of SQS_MAIN_QUEUE_URL, with counts for a program'],
  ],
  options: { from: kindOption('where the jobs are'), to: kindOption('where they go') },
  whileServerRuns: 'Stop it first: what it takes meanwhile would be worked on twice.',
  prepare: (values) => {
    const [from, to] = [readKind(values, 'from'), readKind(values, 'to')]
    if (from === to) throw new UsageError(`--from and --to are both ${from}.`)
    armFailpoints(readConfig().failpoints)
    const [source, target] = [addressOf(from), addressOf(to)]
    return (db) => move(db, source, target)
  },
}

function readKind(values: Values, name: string): QueueKind {
  const text = required(values, name)
  const kind = KINDS.find((known) => known === text)
  if (kind === undefined) throw new UsageError(`--${name} is postgres, bullmq or sqs: ${text}`)
  return kind
}

/** Where a queue is that the settings know of and need not have chosen. Refuses `InvalidConfig` when they do not. */
function addressOf(kind: QueueKind): QueueConfig {
  return readConfig(undefined, { QUEUE: kind, USE_BULLMQ: '' }).queue
}

interface Moved {
  readonly name: QueueName
  readonly moved: number
  readonly left: QueueCounts
}

async function move(db: Db, from: QueueConfig, to: QueueConfig): Promise<Outcome> {
  // Connections that are lost and come back are no news; a call that fails rejects.
  const surroundings = { db, onError: () => undefined }
  const source = await openQueue(from, surroundings)
  try {
    const target = await openQueue(to, surroundings)
    try {
      return describe(from.kind, to.kind, await moveAll(source, target))
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

async function moveAll(source: Queue, target: Queue): Promise<Moved[]> {
  const queues: Moved[] = []
  for (const name of queueNames) {
    const moved = await source.moveOut(name, async (jobs) => {
      await target.publish(jobs)
      failpoint('queue.after_move')
    })
    queues.push({ name, moved, left: await source.counts(name) })
  }
  return queues
}

function describe(from: QueueKind, to: QueueKind, queues: readonly Moved[]): Outcome {
  const left = queues.some(({ left: { waiting, active, delayed } }) => waiting + active + delayed > 0)
  const total = queues.reduce((sum, { moved }) => sum + moved, 0)
  const lines = queues.map(({ name, moved, left: { waiting, active, delayed } }) => `${name.padEnd(12)} ${moved} moved${rest(waiting + delayed, 'still there')}${rest(active, 'in the hands of a worker')}\n`)
  const ending = left ? 'Some are left. Call it again once they can be taken.\n' : ''
  return { text: `${lines.join('')}${total} jobs moved from ${from} to ${to}.\n${ending}`, data: { from, to, queues }, exitCode: left ? LATER : 0 }
}

function rest(count: number, where: string): string {
  return count === 0 ? '' : `, ${count} ${where}`
}
