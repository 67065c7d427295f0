export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif' | 'image/avif'
export type VideoType = 'video/mp4' | 'video/webm' | 'video/quicktime'
export type AudioType = 'audio/wav' | 'audio/mpeg'
export type MediaType = ImageType | VideoType | AudioType

/** How much of the beginning is looked at. */
export const SNIFF_BYTES = 4_096

const MP4_BRANDS = /^(isom|iso[2-9]|mp4[12]|avc1|dash|msdh|cmfc|M4V |MSNV)$/

/**
 * What bytes are, by how they begin, whatever their name or sender claims. Null for everything that is not on the list: there
 * is no guessing, and text of any kind (SVG, HTML, scripts) has no such beginning.
 */
export function sniffMedia(head: Uint8Array): MediaType | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, SNIFF_BYTES))
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end)
  if (text(0, 8) === '\x89PNG\r\n\x1a\n' && text(12, 16) === 'IHDR') return 'image/png'
  if (text(0, 3) === '\xff\xd8\xff') return 'image/jpeg'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif'
  if (text(0, 4) === 'RIFF') return text(8, 12) === 'WEBP' ? 'image/webp' : text(8, 12) === 'WAVE' ? 'audio/wav' : null
  if (text(4, 8) === 'ftyp') return ofBrands(bytes)
  if (text(0, 4) === '\x1a\x45\xdf\xa3') return text(4, 64).includes('\x42\x82\x84webm') ? 'video/webm' : null
  return isMp3(bytes) ? 'audio/mpeg' : null
}

/** The first box of the MP4 family says what the file is for: a main brand, and others that understand it. */
function ofBrands(bytes: Buffer): MediaType | null {
  const size = bytes.readUInt32BE(0)
  if (size < 16 || size > bytes.length || size % 4 !== 0) return null
  const brands = Array.from({ length: size / 4 - 2 }, (_, index) => bytes.toString('latin1', 8 + index * 4, 12 + index * 4))
  const [main = '', , ...others] = brands
  if (main === 'avif' || (main === 'mif1' && others.includes('avif'))) return 'image/avif'
  if (main === 'qt  ') return 'video/quicktime'
  return MP4_BRANDS.test(main) ? 'video/mp4' : null
}

/** A tag, or two sound frames of layer III one behind the other: one alone could be chance. */
function isMp3(bytes: Buffer): boolean {
  if (bytes.length < 10) return false
  if (bytes.toString('latin1', 0, 3) === 'ID3') return bytes.readUInt8(3) <= 4 && bytes.subarray(6, 10).every((byte) => byte < 0x80)
  const length = mp3FrameBytes(bytes, 0)
  return length !== null && mp3FrameBytes(bytes, length) !== null
}

const MP3_KILOBITS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const MP3_KILOBITS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
const MP3_HERTZ = [44_100, 48_000, 32_000]

function mp3FrameBytes(bytes: Buffer, at: number): number | null {
  if (at + 4 > bytes.length || bytes[at] !== 0xff) return null
  const [second, third] = [bytes.readUInt8(at + 1), bytes.readUInt8(at + 2)]
  const version = (second >> 3) & 3 // 3 is MPEG 1, 2 is MPEG 2, 0 is MPEG 2.5.
  const hertz = MP3_HERTZ[(third >> 2) & 3]
  const kilobits = (version === 3 ? MP3_KILOBITS_1 : MP3_KILOBITS_2)[third >> 4]
  if ((second & 0xe6) !== 0xe2 || version === 1 || hertz === undefined || kilobits === undefined || kilobits === 0) return null
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4
  return Math.floor(((version === 3 ? 144_000 : 72_000) * kilobits) / (hertz / divisor)) + ((third >> 1) & 1)
}
