import { type Collected, collectAllOutputs } from '#domains/generations'
import type { Db } from '#platform/db'
import { openStorage } from '#platform/storage'
import { openLogger } from '#platform/telemetry'
import { readConfig } from '../config.ts'
import type { Command, Outcome } from './command.ts'

export const storageCollect: Command = {
  name: 'storage collect',
  summary: 'Removes objects from the storage that no generation needs. Those of generations that the database does not know are counted and left alone.',
  examples: [
    ['--dry-run', 'how much is there to remove?'],
    ['', 'remove it now, instead of piece by piece as schedulers do'],
  ],
  options: { 'dry-run': { type: 'boolean', help: 'say what would be removed, and remove nothing' } },
  whileServerRuns: 'While the server runs, it collects by itself, piece by piece.',
  prepare: (values) => {
    const isDry = values['dry-run'] === true
    return (db) => collect(db, isDry)
  },
}

async function collect(db: Db, isDry: boolean): Promise<Outcome> {
  const log = await openLogger({ level: 'warn', format: 'json', destination: process.stderr })
  const { looked, leftovers, strangers } = await collectAllOutputs({ db, storage: await openStorage(readConfig().storage), log }, isDry)
  return { text: describe({ looked, leftovers, strangers }, isDry), data: { looked, leftovers, strangers, dryRun: isDry }, exitCode: 0 }
}

function describe({ looked, leftovers, strangers }: Omit<Collected, 'isWhole'>, isDry: boolean): string {
  const left = strangers === 0 ? '' : `\n${objects(strangers)} of generations that this database does not know, left alone: is it the right database?`
  return `${objects(looked)} looked at, ${leftovers} ${isDry ? 'to remove' : 'removed'}${left}\n`
}

function objects(count: number): string {
  return count === 1 ? '1 object' : `${count} objects`
}
