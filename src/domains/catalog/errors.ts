import { defineError, type InputMistake } from '#lib/errors'

export const UnknownModel = defineError<{ model: string }>({
  code: 'catalog.unknown_model',
  kind: 'missing',
  title: 'There is no such model',
  describe: ({ model }) => `No model is called “${model.slice(0, 100)}”. GET /api/models lists those there are.`,
})

export const UnsupportedOption = defineError<{ model: string; errors: InputMistake[] }>({
  code: 'generation.unsupported_option',
  kind: 'invalid',
  title: 'The model cannot do this',
  describe: ({ model, errors }) =>
    `${model} was not asked, and no credits were held: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
  expose: ({ errors }) => ({ errors }),
})
