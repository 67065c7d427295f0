/**
 * `cooly`: the operator's command line. What it finds or does goes to the standard output, what it says about that to the standard error.
 *
 * It works on the database, or through the server that has it; how it ends is in exit-code.ts.
 */
import { parseArgs } from 'node:util'
import { Refusal } from '#lib/errors'
import { DataDirectoryInUse } from '#platform/db'
import { InvalidConfig } from '../config.ts'
import { ApiRefusal } from './api-refusal.ts'
import { type Command, helpOf, optionsOf, type Outcome, UsageError, type Values, type Work } from './command.ts'
import { creditsAdjust } from './credits-adjust.ts'
import { creditsGrant } from './credits-grant.ts'
import { creditsStatement } from './credits-statement.ts'
import { creditsVerify } from './credits-verify.ts'
import { exitCodeOf } from './exit-code.ts'
import { dlqDiscard, dlqPurge, dlqRetry, dlqStop } from './dlq-orders.ts'
import { dlqBatches, dlqGroups, dlqList } from './dlq-lists.ts'
import { modelsCheck, modelsPrice, modelsSet } from './models-change.ts'
import { modelsList, modelsShow } from './models-list.ts'
import { withBooks } from './open-books.ts'
import { findServer, onDatabase, through } from './operator-api.ts'
import { queueList } from './queue-list.ts'
import { queueMove } from './queue-move.ts'
import { queueConcurrency, queuePause, queueResume } from './queue-orders.ts'
import { storageCollect } from './storage-collect.ts'
import { workersDrain, workersList } from './workers.ts'

const commands: readonly Command[] = [
  creditsGrant, creditsAdjust, creditsVerify, creditsStatement, queueList, queuePause, queueResume, queueConcurrency, queueMove, workersList, workersDrain,
  dlqList, dlqGroups, dlqRetry, dlqBatches, dlqStop, dlqDiscard, dlqPurge, modelsList, modelsShow, modelsSet, modelsPrice, modelsCheck, storageCollect,
]
const groups = new Set(commands.map(({ name }) => name.split(' ')[0]!))

// Whoever reads the output may have seen enough, as `head` has.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70))
process.exitCode = await main(process.argv.slice(2))

async function main(words: readonly string[]): Promise<number> {
  const command = commands.find(({ name }) => name === words.slice(0, 2).join(' '))
  if (command !== undefined) return run(command, words.slice(2))
  if (words[0] === 'workers' && words.slice(1).every((word) => word === '--json')) return run(workersList, words.slice(1))
  const asksForHelp = words.every((word) => ['--help', '-h', 'help'].includes(word) || groups.has(word)) && words.length > 0
  if (asksForHelp) process.stdout.write(overview())
  else tell(words.length === 0 ? overview() : `There is no command "${words.filter((word) => !word.startsWith('-')).join(' ')}".\n\n${overview()}`)
  return asksForHelp ? 0 : 2
}

async function run(command: Command, words: readonly string[]): Promise<number> {
  try {
    const values = parse(command, words)
    if (values['help'] === true) {
      process.stdout.write(helpOf(command))
      return 0
    }
    const work = command.prepare(values)
    const { text, data, exitCode } = await perform(work)
    process.stdout.write(values['json'] === true ? `${JSON.stringify(data)}\n` : text)
    return exitCode
  } catch (error) {
    tell(explain(error, command))
    return exitCodeOf(error)
  }
}

/** Through the server that has the embedded database, where there is one and the command can; else on the database. Says which. */
async function perform(work: Work): Promise<Outcome> {
  if (typeof work === 'function') return withBooks(tell, work)
  const server = await findServer()
  if (server !== null) {
    tell(`server: ${server.address}`)
    return work.api(through(server))
  }
  return withBooks(tell, work.database ?? ((db) => onDatabase(db, work.api)))
}

function parse(command: Command, words: readonly string[]): Values {
  try {
    return parseArgs({ args: joinNegative(words), options: optionsOf(command), strict: true, allowPositionals: false }).values as Values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** `--amount -40` means `--amount=-40`; the parser would take the number for an option. */
function joinNegative(words: readonly string[]): string[] {
  const joined: string[] = []
  for (const word of words) {
    if (joined.at(-1) === '--amount' && /^-\d/.test(word)) joined[joined.length - 1] = `--amount=${word}`
    else joined.push(word)
  }
  return joined
}

function explain(error: unknown, command: Command): string {
  if (error instanceof UsageError) return `${error.message}\nSee: cooly ${command.name} --help`
  if (error instanceof InvalidConfig) return error.message
  if (error instanceof DataDirectoryInUse) return `${error.title}. ${error.message}\n${command.whileServerRuns ?? 'Stop it, or wait until it answers.'}`
  if (error instanceof ApiRefusal || (error instanceof Refusal && error.kind !== 'bug')) return `${sayOnce(error)} (${error.code})`
  if (exitCodeOf(error) !== 70) return `The database cannot be used: ${error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error)}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** Of a refusal that has nothing to add the message is its title. */
function sayOnce({ title, message }: { readonly title: string; readonly message: string }): string {
  return message === title ? `${title}.` : `${title}. ${message}`
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  const lines = commands.map(({ name, summary }) => `  cooly ${name.padEnd(width)}  ${summary}`)
  return `${lines.join('\n')}\n\nEach has examples: cooly credits grant --help\n`
}

function tell(message: string): void {
  process.stderr.write(`${message.trimEnd()}\n`)
}
