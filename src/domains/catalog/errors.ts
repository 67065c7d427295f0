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
