/** Long enough to come up by chance once in many million files; looked for everywhere. */
const ANYWHERE = ['<script', '<!doctype', '<iframe', '<?php', 'javascript:']
/** Short ones, where a reader of the other format would look for them. */
const IN_THE_HEAD = ['<svg', '<html', '<body', '%pdf-']
const HEAD_BYTES = 1_024
const ZIP_END = Buffer.from('PK\u0005\u0006')
const ZIP_END_BYTES = 22
const ZIP_COMMENT_MAX = 65_535

/**
 * What else a picture would be to another program: a web page, a document, an archive. Null when it is a picture and no more.
 *
 * Such files are made to be let in as one thing and opened as another. What we keep is encoded anew and carries none of it; this
 * refuses the file before a decoder sees it, so that whoever sent it learns that it was noticed.
 */
export function foreignContent(bytes: Buffer): string | null {
  const lower = bytes.toString('latin1').toLowerCase()
  const head = lower.slice(0, HEAD_BYTES)
  return ANYWHERE.find((mark) => lower.includes(mark)) ?? IN_THE_HEAD.find((mark) => head.includes(mark)) ?? (isZip(bytes) ? 'a zip archive' : null)
}

/** An archive is read from its end: the record there says how much follows it, and that must be exactly the rest. */
function isZip(bytes: Buffer): boolean {
  const from = Math.max(0, bytes.length - ZIP_END_BYTES - ZIP_COMMENT_MAX)
  for (let at = bytes.lastIndexOf(ZIP_END); at >= from; at = at === 0 ? -1 : bytes.lastIndexOf(ZIP_END, at - 1)) {
    if (at + ZIP_END_BYTES <= bytes.length && bytes.readUInt16LE(at + 20) === bytes.length - at - ZIP_END_BYTES) return true
  }
  return false
}
