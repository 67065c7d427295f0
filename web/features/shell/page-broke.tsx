'use client'

/**
 * What a person sees when a page breaks. Their prompt is kept on this device, and no order is sent twice. Every page carries it, and the rest may be what
 * broke, so it stands on nothing of ours.
 */
export function PageBroke({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div role="alert" className="alone">
      <h1>This page broke</h1>
      <p>Your prompt is kept, and whatever was running goes on. Nothing was charged by this.</p>
      {error.digest && <p><code>{error.digest}</code></p>}
      <button type="button" onClick={reset}>Try again</button>
    </div>
  )
}
