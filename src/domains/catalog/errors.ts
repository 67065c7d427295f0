import { defineError, type InputMistake } from '#lib/errors'

export const UnknownModel = defineError<{ model: string }>({
  code: 'catalog.unknown_model',
  kind: 'missing',
  title: 'There is no such model',
  describe: ({ model }) => `No model is called “${model.slice(0, 100)}”. GET /api/models lists those there are.`,
})

export const ModelRetired = defineError<{ model: string; shutdownAt: string; replacement: string | null }>({
  code: 'catalog.model_retired',
  kind: 'gone',
  title: 'The model is no longer offered',
  describe: ({ model, shutdownAt, replacement }) =>
    `The provider stopped ${model} on ${shutdownAt.slice(0, 10)}. Nothing was started. ${replacement === null ? 'It has no successor here.' : `Ask “${replacement}” instead.`}`,
  expose: ({ shutdownAt, replacement }) => ({ shutdownAt, replacement }),
})

export const ModelUnconfigured = defineError<{ model: string }>({
  code: 'catalog.model_unconfigured',
  // No 503: nothing is down, and programs would send the request again and again.
  kind: 'conflict',
  title: 'The model is not set up here',
  describe: ({ model }) => `This installation has no key for the provider of ${model}. Nothing was started. The operator has to give one; GET /api/models says which models can be asked.`,
})

export const ModelDisabled = defineError<{ model: string; replacement: string | null }>({
  code: 'catalog.model_disabled',
  kind: 'refused',
  title: 'The model is switched off',
  describe: ({ model, replacement }) =>
    `The operator has switched ${model} off. Nothing was started. ${replacement === null ? 'Ask another model, or ask again later.' : `Ask “${replacement}” instead.`}`,
  expose: ({ replacement }) => ({ replacement }),
})

/** What an admin wanted of the catalogue, and cannot be had. */
export const ModelChangeRefused = defineError<{ errors: readonly InputMistake[] }>({
  code: 'catalog.change_refused',
  kind: 'refused',
  title: 'The catalogue cannot be changed like this',
  describe: ({ errors }) => `Nothing was changed: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
  expose: ({ errors }) => ({ errors }),
})

export const ModelChangeStale = defineError<{ models: readonly { readonly model: string; readonly version: number }[] }>({
  code: 'catalog.change_stale',
  kind: 'conflict',
  title: 'Somebody else has changed the model',
  describe: ({ models }) => `Nothing was changed: ${models.map(({ model, version }) => `${model} is at version ${version}`).join(', ')}. Look at it again.`,
  expose: ({ models }) => ({ models }),
})

export const FindingMissing = defineError({
  code: 'catalog.finding_missing',
  kind: 'missing',
  title: 'There is no such finding, or it has been dealt with',
})

export const UnsupportedOption = defineError<{ model: string; errors: InputMistake[] }>({
  code: 'generation.unsupported_option',
  kind: 'invalid',
  title: 'The model cannot do this',
  describe: ({ model, errors }) =>
    `${model} was not asked, and no credits were held: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
  expose: ({ errors }) => ({ errors }),
})

export const QuoteMissing = defineError({
  code: 'quote.missing',
  kind: 'missing',
  title: 'There is no such quote',
  describe: () => 'The quote does not exist in your account or has expired. Nothing was started. Ask for a new one, or send the request without.',
})

export const QuoteMismatch = defineError({
  code: 'quote.mismatch',
  kind: 'conflict',
  title: 'This quote is for another request',
  describe: () => 'The quote was given for another model or input. Nothing was started. Ask for a quote for this request.',
})
