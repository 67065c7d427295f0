import type { ComponentPropsWithRef } from 'react'

/** A clip that the API serves, in ranges and behind an access check. What a model made has no captions; its prompt is its description. */
export function AssetVideo(props: ComponentPropsWithRef<'video'>) {
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <video controls playsInline preload="metadata" {...props} />
}
