import { startRepeating } from '#lib/repeat'
import { VideoSweeper, type VideoSweeperParts } from './video-sweeper.ts'

const EVERY_MS = 500

/**
 * Asks after videos until the answer is called. In every worker: it needs the providers' keys, and asking costs next to nothing, so that more processes only
 * share it out.
 */
export function startSweepingVideos(parts: VideoSweeperParts): () => Promise<void> {
  const sweeper = new VideoSweeper(parts)
  const stop = startRepeating({
    everyMs: EVERY_MS,
    onError: (error) => parts.log.error({ err: error }, 'looking for videos to ask after failed'),
    work: () => sweeper.sweep(),
  })
  return async () => {
    await stop()
    await sweeper.stop()
  }
}
