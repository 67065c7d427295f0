/** The settings that say how Google is reached, as they were read. Null where one is not set. */
export interface GoogleSettings {
  readonly GOOGLE_API_KEY: string | null
  readonly GOOGLE_BASE_URL: string | null
  readonly GOOGLE_VEO: boolean | null
  readonly GOOGLE_VERTEX_PROJECT: string | null
  readonly GOOGLE_VERTEX_LOCATION: string
  readonly GOOGLE_VERTEX_KEY_FILE: string | null
  readonly GOOGLE_VERTEX_STORAGE_URI: string | null
  readonly GOOGLE_VERTEX_BASE_URL: string | null
  readonly GOOGLE_VERTEX_STORAGE_BASE_URL: string | null
}

/** What of the settings cannot be meant together. Empty when they say how Google is reached. */
export function findGoogleContradictions({ GOOGLE_VEO, GOOGLE_BASE_URL, GOOGLE_VERTEX_PROJECT: project, GOOGLE_VERTEX_KEY_FILE: keyFile }: GoogleSettings): string[] {
  return [
    ...(GOOGLE_VEO === true && GOOGLE_BASE_URL === null ? ['GOOGLE_VEO=true needs GOOGLE_BASE_URL: Google itself has ended Veo by key'] : []),
    ...((project === null) === (keyFile === null) ? [] : ['GOOGLE_VERTEX_PROJECT and GOOGLE_VERTEX_KEY_FILE are set both or neither']),
  ]
}

export function arrangeGoogle(settings: GoogleSettings) {
  return {
    gemini: Object.freeze({ apiKey: settings.GOOGLE_API_KEY, baseUrl: settings.GOOGLE_BASE_URL, veo: settings.GOOGLE_VEO === true }),
    vertex: Object.freeze({
      project: settings.GOOGLE_VERTEX_PROJECT,
      location: settings.GOOGLE_VERTEX_LOCATION,
      keyFile: settings.GOOGLE_VERTEX_KEY_FILE,
      storageUri: settings.GOOGLE_VERTEX_STORAGE_URI,
      baseUrl: settings.GOOGLE_VERTEX_BASE_URL,
      storageBaseUrl: settings.GOOGLE_VERTEX_STORAGE_BASE_URL,
    }),
  }
}
