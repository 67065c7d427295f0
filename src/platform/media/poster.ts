import { spawn } from 'node:child_process'
import { access, constants, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable } from 'node:stream'
import { MediaTooLarge } from './errors.ts'
import type { VideoType } from './sniff-media.ts'

export interface Poster {
  readonly bytes: Buffer
  readonly contentType: 'image/webp'
  readonly width: number
  readonly height: number
}

const WIDTH_MAX = 1_280
const PIXELS_MAX = 50_000_000
const CLIP_BYTES_MAX = 512 * 1024 * 1024
const FRAME_BYTES_MAX = 64 * 1024 * 1024
const TIMEOUT_MS = 20_000

/** The name by which the program's readers of the two families go. Never guessed: some of its readers open other files and addresses. */
const demuxers: Readonly<Record<VideoType, string>> = { 'video/mp4': 'mov', 'video/quicktime': 'mov', 'video/webm': 'matroska' }

/** A poster from a picture of the clip that the vendor delivered with it, such as its last frame. Rejects when it is no picture. */
export async function posterFromFrame(frame: Buffer): Promise<Poster> {
  const { default: sharp } = await import('sharp')
  const image = sharp(frame, { limitInputPixels: PIXELS_MAX, failOn: 'error' }).autoOrient().resize({ width: WIDTH_MAX, withoutEnlargement: true })
  const { data, info } = await image.webp({ quality: 82 }).timeout({ seconds: TIMEOUT_MS / 1_000 }).toBuffer({ resolveWithObject: true })
  return { bytes: data, contentType: 'image/webp', width: info.width, height: info.height }
}

/** Where `ffmpeg` lies on a search path, or null. Posters of clips need it; nothing else does. */
export async function findFfmpeg(searchPath: string): Promise<string | null> {
  for (const folder of searchPath.split(delimiter).filter((each) => each !== '')) {
    const path = join(folder, process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg')
    if (await access(path, constants.X_OK).then(() => true, () => false)) return path
  }
  return null
}

/**
 * A poster from a clip itself: its first picture. Decoding takes a program that is not part of Node, so that without one there is
 * none, and players show the first picture themselves. A clip is a stranger's file: the program gets a copy of it and nothing
 * else, no network, no other file, none of our settings, and is ended when it takes too long.
 *
 * Null when the program finds no picture. The clip is consumed or destroyed.
 */
export async function posterFromClip(clip: Readable, { ffmpeg, contentType }: { ffmpeg: string; contentType: VideoType }): Promise<Poster | null> {
  const folder = await mkdtemp(join(tmpdir(), 'cooly-poster-'))
  try {
    const path = join(folder, 'clip')
    await keep(clip, path)
    const frame = await firstFrame(ffmpeg, path, demuxers[contentType])
    return frame === null ? null : await posterFromFrame(frame)
  } finally {
    clip.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}

async function keep(clip: Readable, path: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    let bytes = 0
    for await (const piece of clip as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > CLIP_BYTES_MAX) throw new MediaTooLarge({ limit: `${CLIP_BYTES_MAX} bytes` })
      await handle.appendFile(piece)
    }
  } finally {
    await handle.close()
  }
}

async function firstFrame(ffmpeg: string, path: string, demuxer: string): Promise<Buffer | null> {
  const limits = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-max_alloc', String(512 * 1024 * 1024), '-threads', '1']
  const input = ['-protocol_whitelist', 'file', '-f', demuxer, '-max_pixels', String(PIXELS_MAX), '-i', `file:${path}`]
  const output = ['-map', '0:v:0', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-threads', '1', 'pipe:1']
  const program = spawn(ffmpeg, [...limits, ...input, ...output], { stdio: ['ignore', 'pipe', 'ignore'], env: {}, cwd: tmpdir() })
  const timer = setTimeout(() => program.kill('SIGKILL'), TIMEOUT_MS)
  const ended = new Promise<number | null>((resolve, reject) => program.once('error', reject).once('close', resolve))
  ended.catch(() => undefined).finally(() => clearTimeout(timer)) // A failure is told below, when the output has ended too.
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of program.stdout as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > FRAME_BYTES_MAX) program.kill('SIGKILL')
    else pieces.push(piece)
  }
  const code = await ended
  return code === 0 && bytes > 0 && bytes <= FRAME_BYTES_MAX ? Buffer.concat(pieces) : null
}
