import type { Hint } from './use-live-updates.ts'

/** After this long without the stream the person is told; a blink is not worth a word. */
const TELL_AFTER_MS = 3_000
/** A tab out of sight gives its connection back: browsers allow few per address, and ten tabs would starve each other. */
const HIDDEN_AFTER_MS = 60_000
const REOPEN_MS = [1_000, 2_000, 4_000, 8_000, 15_000]

interface Listener {
  ready: () => void
  hint: (hint: Hint) => void
  down: (down: boolean) => void
}

/** Opens the one event stream of the tab, and opens it again for as long as the page is there. Returns the way to end it. */
export function openLiveStream(listener: Listener): () => void {
  let source: EventSource | null = null
  let failures = 0
  let reopen: ReturnType<typeof setTimeout> | undefined
  let tell: ReturnType<typeof setTimeout> | undefined
  let hide: ReturnType<typeof setTimeout> | undefined

  const close = () => {
    source?.close()
    source = null
    clearTimeout(reopen)
  }
  const missing = () => {
    tell ??= setTimeout(listener.down, TELL_AFTER_MS, true)
  }
  const arrived = () => {
    failures = 0
    clearTimeout(tell)
    tell = undefined
    listener.down(false)
    listener.ready()
  }
  const open = () => {
    close()
    missing()
    source = new EventSource('/api/events')
    source.addEventListener('ready', arrived)
    source.addEventListener('generation', (event: MessageEvent<string>) => listener.hint(JSON.parse(event.data) as Hint))
    source.onerror = () => {
      missing()
      // The browser comes back by itself after a dropped line, but not after a refusal or a proxy's error page.
      if (source?.readyState !== EventSource.CLOSED) return
      clearTimeout(reopen)
      reopen = setTimeout(open, REOPEN_MS[Math.min(failures, REOPEN_MS.length - 1)])
      failures += 1
    }
  }
  const see = () => {
    clearTimeout(hide)
    if (document.visibilityState === 'hidden') hide = setTimeout(close, HIDDEN_AFTER_MS)
    else if (source === null) open()
  }

  document.addEventListener('visibilitychange', see)
  open()
  return () => {
    document.removeEventListener('visibilitychange', see)
    clearTimeout(hide)
    clearTimeout(tell)
    close()
  }
}
