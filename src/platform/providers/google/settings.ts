/** Google's own hosts, with all below them: where a download may be redirected to. */
export const DOWNLOAD_HOSTS = ['googleapis.com', 'googleusercontent.com'] as const

interface GoogleSettings {
  readonly simulated: boolean
  /** For one call with its answer. */
  readonly timeoutMs?: number | undefined
}

/** The Gemini Developer API, by key. */
export interface GeminiSettings extends GoogleSettings {
  readonly apiKey: string
  /** Up to and including the version: `https://generativelanguage.googleapis.com/v1beta`. */
  readonly baseUrl: string
}

/** Vertex AI, by service account. */
export interface VertexSettings extends GoogleSettings {
  readonly project: string
  readonly location: string
  /** Up to and including the version; `https://{location}-aiplatform.googleapis.com/v1` when left out. */
  readonly baseUrl?: string | undefined
  readonly tokens: AccessTokens
  /** `gs://bucket/folder`: where results are put. Left out, they come inside the answers. */
  readonly storageUri?: string | undefined
  /** `https://storage.googleapis.com` when left out. */
  readonly storageBaseUrl?: string | undefined
}

/** Hands out bearer tokens, made anew before they end. */
export interface AccessTokens {
  /** Rejects with `ProviderFailure`: `auth` when the account is refused, `network` when nobody could be asked. */
  token(signal: AbortSignal): Promise<string>
  /** Forgets a token that was refused. */
  forget(token: string): void
}
