import { findModel } from '../capabilities.ts'
import type { ImageCall } from '../port.ts'
import { IMAGE_MODELS } from './models.ts'

/** Documented fields only, and of those only what the model knows: an unknown one is an error on 5.0. */
export function toImageBody(call: ImageCall, imagesMax: number | null): Record<string, unknown> {
  const { referenceImages = [], background } = call
  // The vendor's default is a JPEG, which has no transparency.
  const outputFormat = call.outputFormat ?? (background === 'transparent' ? 'png' : undefined)
  const groups = findModel(IMAGE_MODELS, call.providerModel)?.imagesMax !== 1
  return {
    model: call.providerModel,
    prompt: call.prompt,
    size: call.size,
    response_format: 'url',
    watermark: false, // The vendor's default is true.
    ...(groups ? { sequential_image_generation: imagesMax === null ? 'disabled' : 'auto' } : {}),
    ...(imagesMax === null ? {} : { sequential_image_generation_options: { max_images: imagesMax } }),
    ...(referenceImages.length === 0 ? {} : { image: referenceImages }),
    // The models that know one format have no field for it.
    ...(outputFormat === undefined || !hasFormats(call.providerModel) ? {} : { output_format: outputFormat }),
    ...(background === undefined ? {} : { background }),
  }
}

function hasFormats(id: string): boolean {
  return findModel(IMAGE_MODELS, id)?.outputFormats.length !== 1
}
