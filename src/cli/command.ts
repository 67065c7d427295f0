/** What a command of `cooly` is made of. */
import type { ParseArgsOptionsConfig } from 'node:util'
import type { Db } from '#platform/db'
import type { OperatorApi } from './operator-api.ts'

export type Values = Readonly<Record<string, string | boolean | undefined>>

export interface Command {
  /** The words that call it. */
  readonly name: string
  readonly summary: string
  /** Complete calls with what they are for, shown first: most people look for one to change. */
  readonly examples: readonly (readonly [call: string, purpose: string])[]
  readonly options: Readonly<Record<string, Option>>
  /** What to do instead while a server has the embedded database, for commands that only work on the database itself. */
  readonly whileServerRuns?: string
  /** Reads what the command line says, before anything is opened, and answers what then runs. Refuses `UsageError`. */
  prepare(values: Values): Work
}

/** What a command does: on the database itself, or through the operator's interface, or either way. */
export type Work = OnDatabase | { readonly api: OverApi; readonly database?: OnDatabase }

export type OnDatabase = (db: Db) => Promise<Outcome>
export type OverApi = (api: OperatorApi) => Promise<Outcome>

export interface Option {
  readonly type: 'string' | 'boolean'
  /** How the value reads in the help, for options that have one. */
  readonly value?: string
  readonly help: string
}

/** What a command found or did: data, as text for people or as JSON for programs. */
export interface Outcome {
  readonly text: string
  readonly data: unknown
  readonly exitCode: number
}

/** The command line cannot be understood. */
export class UsageError extends Error {}

const shared = {
  json: { type: 'boolean', help: 'the outcome as JSON' },
  help: { type: 'boolean', help: 'this page' },
} as const satisfies Record<string, Option>

/** The options that `parseArgs` is to know: those of the command, and those of every command. */
export function optionsOf(command: Command): ParseArgsOptionsConfig {
  const own = Object.entries(command.options).map(([name, { type }]) => [name, { type }] as const)
  return Object.fromEntries([...own, ['json', { type: 'boolean' }], ['help', { type: 'boolean', short: 'h' }]])
}

export function helpOf(command: Command): string {
  const calls = command.examples.map(([call, purpose]) => `  # ${purpose}\n  cooly ${command.name} ${call}`.trimEnd())
  const all: Readonly<Record<string, Option>> = { ...command.options, ...shared }
  const names = Object.entries(all).map(([name, { value }]) => (value === undefined ? `--${name}` : `--${name} <${value}>`))
  const width = Math.max(...names.map(({ length }) => length))
  const options = Object.values(all).map(({ help }, index) => `  ${names[index]!.padEnd(width)}  ${help}`)
  return `${command.summary}\n\n${calls.join('\n')}\n\nOptions\n${options.join('\n')}\n`
}

/** The value of an option that has to be there. */
export function required(values: Values, name: string): string {
  const value = values[name]
  if (typeof value !== 'string' || value.trim() === '') throw new UsageError(`--${name} is missing.`)
  return value.trim()
}

export function optional(values: Values, name: string): string | null {
  return values[name] === undefined ? null : required(values, name)
}
