/** The thread that encodes clips. It answers one message with one message, in the order of their arrival. */
import { parentPort } from 'node:worker_threads'
import type { ClipOrder, ClipReply } from './clips.ts'
import { encodeClip, encodeLastFrame } from './encode.ts'

let before: Promise<void> = Promise.resolve()

parentPort?.on('message', (order: ClipOrder) => {
  before = before.then(() => answer(order))
})

async function answer({ id, kind, plan }: ClipOrder): Promise<void> {
  try {
    const bytes = await (kind === 'clip' ? encodeClip(plan) : encodeLastFrame(plan))
    parentPort?.postMessage({ id, bytes } satisfies ClipReply)
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) } satisfies ClipReply)
  }
}
