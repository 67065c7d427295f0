import { isId } from '#lib/ids'
import { type Command, type Outcome, required, UsageError } from './command.ts'
import { type Operations, operating, type WorkerFigures } from './operations.ts'
import { give, readReason } from './queue-orders.ts'

export const workersList: Command = {
  name: 'workers list',
  summary: 'Shows the worker processes, the newest first, and the generations that each has in hand.',
  examples: [
    ['', 'who works on what?'],
    ['--json', 'the same for a program, with lease tokens'],
  ],
  options: {},
  prepare: () => operating(list),
}

export const workersDrain: Command = {
  name: 'workers drain',
  summary: 'Lets a worker finish what it has and take nothing more, until its process ends.',
  examples: [['--id 0197c3d0-0000-7000-8000-000000000000 --reason "the host is being updated"', 'before stopping a host']],
  options: {
    id: { type: 'string', value: 'id', help: 'which, as `cooly workers list` shows it' },
    reason: { type: 'string', value: 'text', help: 'why; kept in the audit log' },
  },
  prepare: (values) => {
    const workerId = required(values, 'id')
    if (!isId(workerId)) throw new UsageError(`--id is not an id: ${workerId}`)
    const reason = readReason(values)
    return operating((operations) => give(operations, { action: 'worker.drain', workerId }, { reason, text: `${workerId} takes nothing more\n` }))
  },
}

async function list(operations: Operations): Promise<Outcome> {
  const items = await operations.workers()
  return { text: items.length === 0 ? 'no worker is running\n' : items.map(describe).join(''), data: { items }, exitCode: 0 }
}

function describe({ id, state, host, pid, version, lanes, memoryBytes, eventLoopLagMs, generations }: WorkerFigures): string {
  const places = Object.entries(lanes).map(([lane, count]) => `${lane} ${count}`).join(', ')
  const head = `${id}  ${state.padEnd(8)}  ${host}:${pid}  version ${version}  places: ${places || 'none'}  ${Math.round(memoryBytes / 1024 / 1024)} MB  lag ${eventLoopLagMs} ms\n`
  return head + generations.map((each) => `    ${each.id}  token ${each.leaseToken}  lease until ${each.leaseExpiresAt}\n`).join('')
}
