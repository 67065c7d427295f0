import { Readable } from 'node:stream'
import { failpoint } from '#lib/failpoint'
import { newId } from '#lib/ids'
import { MediaUnreadable, MediaUnsupported, posterFromFrame, probeVideo, type ProbedVideo } from '#platform/media'
import { ProviderFailure, type VideoResult } from '#platform/providers'
import { ObjectTooLarge, type Storage } from '#platform/storage'
import { announceProgress, isSpoiled, toRecord } from './make-output.ts'
import type { PaidVideo } from './make-video.ts'
import type { VideoRun } from './run.ts'
import { replaceResult } from './sql-tasks.ts'
import { setPhase } from './sql-sessions.ts'
import { insertOutput, spoilResult } from './sql-work.ts'
import { outputView } from './view.ts'

/** Larger than any video a model of the catalogue makes. */
const VIDEO_BYTES_MAX = 1024 * 1024 * 1024
const POSTER_BYTES_MAX = 32 * 1024 * 1024

/**
 * Copies a video and a picture of it to our own storage, looks at what they are, and makes the output visible. When its address has ended, or leads nowhere,
 * the provider is asked for another one, once. Rejects with `output_gone`, `bad_output` or `network`: of a video that is made, no other failure says anything.
 */
export async function transferVideo(run: VideoRun, index: number, paid: PaidVideo): Promise<void> {
  const { db, session, fence, watch } = run
  if (await watch.time(setPhase(db, session.id, fence.token, 'storing'))) announceProgress(run)
  try {
    await transfer(run, index, paid).catch(async (error: unknown) => {
      const fresh = error instanceof ProviderFailure && (error.reason === 'output_gone' || error.reason === 'network') ? await askAgain(run, paid) : null
      if (fresh === null) throw error
      await transfer(run, index, { ...paid, result: fresh })
    })
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    if (!isSpoiled(error)) throw notFetched(error)
    await watch.time(spoilResult(db, fence, paid.attemptId, toRecord(error)))
    throw error
  }
}

/** Null when there is nothing else to be had. */
async function askAgain({ db, provider, signal, watch }: VideoRun, { attemptId, taskId }: PaidVideo): Promise<VideoResult | null> {
  const task = taskId === null ? null : await provider.poll(taskId, { signal })
  if (task?.state !== 'succeeded') return null
  await watch.time(replaceResult(db, attemptId, task.result))
  return task.result
}

/** Longer than this no place is kept to wait for a video that is made. */
const TOLD_SECONDS_MAX = 30

/** Whatever kept us from it, it is paid for: it is neither ordered again nor given up for what would end a call. */
function notFetched(cause: ProviderFailure): ProviderFailure {
  const retryAfterSeconds = cause.retryAfterSeconds === null ? null : Math.min(cause.retryAfterSeconds, TOLD_SECONDS_MAX)
  return new ProviderFailure('network', { publicMessage: 'The result could not be fetched from the provider.', message: cause.message, retryAfterSeconds, cause })
}

async function transfer(run: VideoRun, index: number, { attemptId, result }: PaidVideo): Promise<void> {
  const { db, storage, session, fence, watch } = run
  const started = performance.now()
  // The token is part of the key: two workers never write to the same object.
  const objectKey = `generations/${session.id}/${fence.token}/${index}`
  const posterKey = `${objectKey}-poster`
  let mayBeVisible = false
  try {
    const [{ bytes, sha256, video }, hasPoster] = await allSettled(
      keepVideo(run, objectKey, result),
      keepPoster(run, posterKey, result),
    )
    failpoint('worker.after_put')
    const transferMs = Math.round(performance.now() - started)
    const { contentType, width, height, seconds: durationSeconds } = video
    const output = {
      id: newId(), attemptId, index, objectKey, bytes, sha256, transferMs, contentType, width, height, durationSeconds,
      posterKey: hasPoster ? posterKey : null, billedUnits: billedSeconds(session.units, result, durationSeconds),
    }
    mayBeVisible = true
    const visible = await watch.time(insertOutput(db, fence, output, { output: outputView({ ...output, bytes: BigInt(bytes), hasPoster }) }))
    if (!visible) return await storage.deleteMany([objectKey, posterKey])
    failpoint('worker.after_output')
    announceProgress(run)
  } catch (error) {
    // Where only the answer was lost the output is there, and paid: its objects stay, and are collected if they are nobody's.
    if (!mayBeVisible) await storage.deleteMany([objectKey, posterKey]).catch(() => undefined)
    throw error
  }
}

async function keepVideo({ storage, provider, signal }: VideoRun, key: string, result: VideoResult): Promise<{ bytes: number; sha256: string; video: ProbedVideo }> {
  const { body } = await provider.fetchOutput(result, 'video', { signal })
  failpoint('worker.in_transfer')
  const stored = await storage.put(key, body, { maxBytes: VIDEO_BYTES_MAX, contentType: 'video/mp4' }).catch(refuseTooLarge)
  return { ...stored, video: await probe(storage, key, stored.bytes) }
}

/** Both end before a failure goes on, so that nothing is written after the clean-up. */
async function allSettled<A, B>(a: Promise<A>, b: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([a, b])
  return [await a, await b]
}

function refuseTooLarge(error: unknown): never {
  if (error instanceof ObjectTooLarge) throw badOutput('the video is larger than any that was asked for', error)
  throw error
}

async function probe(storage: Storage, key: string, bytes: number): Promise<ProbedVideo> {
  const read = async (start: number, end: number): Promise<Buffer> => {
    const { body } = await storage.open(key, { start, end: end - 1 })
    return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>))
  }
  try {
    return await probeVideo({ bytes, read })
  } catch (error) {
    if (error instanceof MediaUnsupported || error instanceof MediaUnreadable) throw badOutput('the bytes are no video that can be read', error)
    throw error
  }
}

/** A video without a poster is a video: whatever goes wrong here, players show its first picture themselves. */
async function keepPoster({ provider, storage, signal, log, session }: VideoRun, key: string, result: VideoResult): Promise<boolean> {
  if (result.posterUrl === null) return false
  try {
    const { body } = await provider.fetchOutput(result, 'poster', { signal })
    const poster = await posterFromFrame(await readAll(body as AsyncIterable<Buffer>))
    await storage.put(key, Readable.from([poster.bytes], { objectMode: false }), { maxBytes: poster.bytes.length, contentType: poster.contentType })
    return true
  } catch (error) {
    log.info({ err: error, generationId: session.id }, 'a video has no poster')
    return false
  }
}

async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > POSTER_BYTES_MAX) throw badOutput('the poster is too large')
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** A file runs over its last second by a frame or two: that much begins no further second. */
const OVERRUN_SECONDS = 0.1

/** What was delivered, as the provider reports it or else as the file says, in whole seconds begun; never more than what is held, and never nothing. */
export function billedSeconds(heldUnits: number | null, { usage, durationSeconds }: Pick<VideoResult, 'usage' | 'durationSeconds'>, fileSeconds: number): number {
  const delivered = Math.max(1, Math.ceil((usage.seconds ?? durationSeconds ?? fileSeconds) - OVERRUN_SECONDS))
  return heldUnits === null ? delivered : Math.min(heldUnits, delivered)
}

function badOutput(message: string, cause?: unknown): ProviderFailure {
  return new ProviderFailure('bad_output', { publicMessage: 'The provider delivered something unusable.', message, cause })
}
