import { vendorFailure } from './vendor-failure.ts'

export interface ReferenceImage {
  readonly contentType: string
  readonly base64: string
}

const DATA_URL = /^data:(image\/(?:png|jpeg|webp));base64,([A-Za-z0-9+/=]+)$/

/**
 * Takes a data URL apart, for vendors that want the bytes and fetch nothing. Refuses anything else as
 * `invalid`, before a vendor is asked: a web address has to be fetched by whoever may fetch it safely.
 */
export function readReference(address: string, field: string): ReferenceImage {
  const match = DATA_URL.exec(address)
  if (match?.[1] !== undefined && match[2] !== undefined) return { contentType: match[1], base64: match[2] }
  throw vendorFailure('invalid', `${field}: not a PNG, JPEG or WebP as a data URL`, { field })
}
