import { lookAtPictures, type PictureRules, UnusablePicture } from '../simulation/index.ts'
import { VendorRefusal } from './simulator-refusals.ts'

/** As the vendor's documents have them. */
const REFERENCES: PictureRules = { bytesMax: 30_000_000, pixelsMax: 36_000_000, sideMin: 15, sideMax: Infinity, ratioMax: 16 }
const FRAMES: PictureRules = { bytesMax: 30_000_000, pixelsMax: Infinity, sideMin: 300, sideMax: 6_000, ratioMax: 2.5 }

/** The colour of the references of an image. Refuses as the vendor does what it cannot use. */
export function colourOfReferences(references: readonly string[]): Promise<string | undefined> {
  return lookAtPictures(references, REFERENCES).catch(refuse('image'))
}

/** The same for the pictures in the body of a video; whatever else is wrong with it is told by whoever reads it. */
export function colourOfFrames(body: unknown): Promise<string | undefined> {
  const { content } = (body ?? {}) as { content?: unknown }
  const items: readonly unknown[] = Array.isArray(content) ? content : []
  const addresses = items.map((item) => (item as { image_url?: { url?: unknown } } | null)?.image_url?.url)
  return lookAtPictures(addresses.filter((address) => typeof address === 'string'), FRAMES).catch(refuse('content'))
}

function refuse(param: string) {
  return (error: unknown): never => {
    if (!(error instanceof UnusablePicture)) throw error
    throw new VendorRefusal(400, 'InvalidParameter', { message: error.message, param })
  }
}
