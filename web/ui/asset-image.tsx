import type { ComponentPropsWithRef } from 'react'

/**
 * A picture that the API serves, already at the width asked for and behind an access check. The framework's
 * own image component would fetch it without the person's session and resize it a second time.
 */
export function AssetImage({ alt, ...rest }: ComponentPropsWithRef<'img'> & { alt: string }) {
  // oxlint-disable-next-line next/no-img-element
  return <img alt={alt} {...rest} />
}
