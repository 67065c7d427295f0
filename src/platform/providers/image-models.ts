import { IMAGE_MODELS as bytedance } from './bytedance/models.ts'
import type { ImageModel } from './capabilities.ts'
import { IMAGE_MODELS as openai } from './openai/models.ts'

/** What the image models of each vendor take and how long they live, by the vendor's name. Data only: no adapter is loaded. */
export const imageModels: Readonly<Record<string, readonly ImageModel[]>> = { bytedance, openai }
