import type { ClipPlan, Clips } from '../clips/index.ts'
import { Journal } from './journal.ts'
import { type Run, Runs } from './runs.ts'
import type { Tally } from './tally.ts'

export interface OpenRunsOptions<Asked extends { readonly prompt: string }> {
  /** Keeps the runs over a restart, as a vendor would. Left out: they end with the process. */
  readonly tasksFile: string | undefined
  readonly clips: Clips
  readonly clipOf: (run: Run<Asked>) => ClipPlan
  readonly tally: Tally
}

/** The runs of a simulated vendor of videos: drawn while they run, so that no answer waits for that, and billed when they are made. */
export function openRuns<Asked extends { readonly prompt: string }>({ tasksFile, clips, clipOf, tally }: OpenRunsOptions<Asked>): Runs<Asked> {
  return new Runs<Asked>({
    journal: tasksFile === undefined ? null : new Journal<Run<Asked>>(tasksFile),
    onBegin: (run) => void clips.render(clipOf(run)).catch(() => undefined),
    onSuccess: ({ caller }) => tally.billedVideo(caller.request),
  })
}
