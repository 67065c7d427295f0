import { defineError } from '#lib/errors'

export const ProviderMissing = defineError({
  code: 'provider.missing',
  kind: 'missing',
  title: 'There is no such provider',
  describe: () => 'No worker of this installation has called a provider of this name, of this kind.',
})
