/** What happens, with everything decided. The model and the product get equal ones. */
export interface Hold {
  readonly generation: string
  readonly token: number
}

export type Answer = 'result' | 'refused' | 'fault' | 'content' | 'cut'

export type Call =
  | { readonly do: 'submit'; readonly account: string; readonly wanted: number; readonly priority: 0 | 1; readonly key: string | null }
  /** `ticket` is what a message named; `used` takes it out of the queue. */
  | { readonly do: 'claim'; readonly owner: string; readonly cursor: string; readonly ticket: string | null; readonly used: boolean }
  | ({ readonly do: 'call'; readonly attempt: string; readonly index: number; readonly number: number } & Hold)
  | ({ readonly do: 'answer'; readonly attempt: string; readonly slot: number | null; readonly how: Answer } & Hold)
  /** A spoiled one had an answer that turned out to be worth nothing. */
  | ({ readonly do: 'output'; readonly index: number; readonly how: 'stored' | 'failed' | 'spoiled'; readonly attempt: string | null } & Hold)
  | ({ readonly do: 'finish' } & Hold)
  | ({ readonly do: 'beat' } & Hold)
  | ({ readonly do: 'handBack' } & Hold)
  | ({ readonly do: 'leave' } & Hold)
  | { readonly do: 'lapse'; readonly generation: string }
  | { readonly do: 'late'; readonly generation: string }
  | { readonly do: 'sweepLeases' }
  | { readonly do: 'sweepDeadlines' }
  | { readonly do: 'cancel'; readonly generation: string }
  | { readonly do: 'retry'; readonly letter: string; readonly waived: boolean; readonly fewer: boolean }
  | { readonly do: 'discard'; readonly letter: string }
  | { readonly do: 'startBatch'; readonly waived: boolean }
  /** `order` is in which order the letters were written. */
  | { readonly do: 'workBatch'; readonly batch: string; readonly order: readonly string[] }
  | { readonly do: 'stopBatch'; readonly batch: string }
  | { readonly do: 'stray'; readonly message: string }
  | { readonly do: 'limit'; readonly max: number | null }
  | { readonly do: 'pause' }
  | { readonly do: 'resume' }
  | { readonly do: 'lane'; readonly paused: boolean }
  /** Pauses that the provider asked for, the breaker's wait and probes without an answer are over. */
  | { readonly do: 'elapse' }
  /** The provider has failed for nine others. */
  | { readonly do: 'trouble' }
  | { readonly do: 'relay'; readonly breaks: 'before' | 'after' | null }
  | { readonly do: 'loseTickets' }
  | { readonly do: 'makeTickets' }

export type CallOf<Do extends Call['do']> = Extract<Call, { do: Do }>
