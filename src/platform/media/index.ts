/**
 * What bytes of pictures, clips and sounds really are, and how a stranger's are made safe to keep.
 *
 * Nothing here knows of storage or of providers: both hand their bytes in. Everything is bounded in bytes, pixels, time and memory.
 */
export { MediaTooLarge, MediaUnreadable, MediaUnsupported } from './errors.ts'
export { fitImage, type FittedImage, type ImageBounds } from './fit-image.ts'
export { findFfmpeg, posterFromClip, posterFromFrame, type Poster } from './poster.ts'
export { probeVideo, sourceOfBytes, type ByteSource, type ProbedVideo, type ProbeLimits } from './probe-video.ts'
export { reencodeImage, type ReencodedImage, type ReencodeLimits } from './reencode-image.ts'
export { SNIFF_BYTES, sniffMedia, type AudioType, type ImageType, type MediaType, type VideoType } from './sniff-media.ts'
