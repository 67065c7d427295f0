import { parentPort, workerData } from 'node:worker_threads'
import { CustomSource, Input, MP4, QTFF, WEBM } from 'mediabunny'
import type { FromProbe, ProbedVideo } from './probe-video.ts'
import type { VideoType } from './sniff-media.ts'

const { bytes: size, contentType } = workerData as { bytes: number; contentType: VideoType }
const formats = { 'video/mp4': MP4, 'video/webm': WEBM, 'video/quicktime': QTFF }

const waiting = new Map<number, (bytes: Uint8Array) => void>()
let reads = 0

parentPort?.on('message', ({ id, bytes }: { id: number; bytes: Uint8Array }) => {
  waiting.get(id)?.(bytes)
  waiting.delete(id)
})

function read(start: number, end: number): Promise<Uint8Array> {
  reads += 1
  tell({ kind: 'read', id: reads, start, end })
  return new Promise((resolve) => waiting.set(reads, resolve))
}

async function probe(): Promise<Omit<ProbedVideo, 'contentType'>> {
  const source = new CustomSource({ getSize: () => size, read, prefetchProfile: 'fileSystem' })
  const input = new Input({ source, formats: [formats[contentType]] })
  const video = await input.getPrimaryVideoTrack()
  if (video === null) throw new Error('there is no video in it')
  const [width, height, codec] = [await video.getDisplayWidth(), await video.getDisplayHeight(), await video.getCodec()]
  const audio = await input.getPrimaryAudioTrack()
  return { seconds: await video.computeDuration(), width, height, hasAudio: audio !== null, codec }
}

function tell(message: FromProbe): void {
  parentPort?.postMessage(message)
}

probe().then(
  (video) => tell({ kind: 'found', video }),
  (error: unknown) => tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
)
