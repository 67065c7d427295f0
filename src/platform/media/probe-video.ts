import { Worker } from 'node:worker_threads'
import { MediaUnreadable, MediaUnsupported } from './errors.ts'
import { SNIFF_BYTES, sniffMedia, type VideoType } from './sniff-media.ts'

/** Bytes that can be read from anywhere: a file, or ranges of a stored object. */
export interface ByteSource {
  readonly bytes: number
  /** From `start` up to, not including, `end`; both lie within. */
  read(start: number, end: number): Promise<Uint8Array>
}

export interface ProbedVideo {
  readonly contentType: VideoType
  readonly seconds: number
  /** As it is shown, turned upright. */
  readonly width: number
  readonly height: number
  readonly hasAudio: boolean
  /** `avc`, `hevc`, `vp9`, `av1`; null when it is none that is known. */
  readonly codec: string | null
}

export interface ProbeLimits {
  readonly timeoutMs?: number | undefined
  /** Of the source, in all. An honest file keeps what is asked for in a few hundred kilobytes. */
  readonly readBytesMax?: number | undefined
}

const TIMEOUT_MS = 10_000
const READ_BYTES_MAX = 64 * 1024 * 1024
const HEAP_MEBIBYTES = 128

const TAKES: readonly VideoType[] = ['video/mp4', 'video/webm', 'video/quicktime']

/** Reads bytes that are in memory already. */
export function sourceOfBytes(bytes: Uint8Array): ByteSource {
  return { bytes: bytes.length, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) }
}

/**
 * Says what a clip is: how long, how large, with sound or without. Reads its tables and decodes nothing. Safe to repeat.
 *
 * The tables are a stranger's: they are read in a thread of their own, whose memory, time and share of the source are limited.
 * Refuses with `media.unsupported` and `media.unreadable`; an error of the source passes.
 */
export async function probeVideo(source: ByteSource, { timeoutMs = TIMEOUT_MS, readBytesMax = READ_BYTES_MAX }: ProbeLimits = {}): Promise<ProbedVideo> {
  const contentType = sniffMedia(await source.read(0, Math.min(source.bytes, SNIFF_BYTES)))
  if (!isVideo(contentType)) throw new MediaUnsupported({ takes: TAKES })
  const worker = new Worker(new URL('./probe-worker.ts', import.meta.url), {
    workerData: { bytes: source.bytes, contentType },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    env: {},
    stdin: false,
  })
  try {
    const found = await converse(worker, source, { timeoutMs, readBytesMax })
    if (!(found.seconds > 0) || found.width < 1 || found.height < 1) throw new MediaUnreadable({}, { cause: new Error(JSON.stringify(found)) })
    return { contentType, ...found }
  } finally {
    await worker.terminate()
  }
}

export type FromProbe =
  | { readonly kind: 'read'; readonly id: number; readonly start: number; readonly end: number }
  | { readonly kind: 'found'; readonly video: Omit<ProbedVideo, 'contentType'> }
  | { readonly kind: 'failed'; readonly message: string }

/** Serves the thread's reads until it has an answer, has failed, or has used up what it may. */
function converse(worker: Worker, source: ByteSource, limits: { timeoutMs: number; readBytesMax: number }): Promise<Omit<ProbedVideo, 'contentType'>> {
  return new Promise((resolve, reject) => {
    const unreadable = (cause: unknown): void => reject(new MediaUnreadable({}, { cause }))
    const timer = setTimeout(() => unreadable(new Error(`no answer within ${limits.timeoutMs} ms`)), limits.timeoutMs)
    let left = limits.readBytesMax
    worker.once('error', unreadable)
    worker.once('exit', () => {
      clearTimeout(timer)
      unreadable(new Error('the thread ended without an answer'))
    })
    worker.on('message', (message: FromProbe) => {
      if (message.kind === 'found') return resolve(message.video)
      if (message.kind === 'failed') return unreadable(new Error(message.message))
      left -= message.end - message.start
      if (left < 0) return unreadable(new Error(`it wants more than ${limits.readBytesMax} bytes`))
      source.read(message.start, message.end).then((bytes) => worker.postMessage({ id: message.id, bytes }), reject)
    })
  })
}

function isVideo(type: string | null): type is VideoType {
  return TAKES.some((each) => each === type)
}
