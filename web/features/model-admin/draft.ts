import type { AdminModel, ModelChange, ModelLimitsChange } from '../../api/model.ts'

/** Limits that are lists of what is offered, by their names in a change. */
export type ListField = 'presets' | 'outputFormats' | 'qualities' | 'backgrounds' | 'resolutions' | 'aspectRatios'
export type NumberField = 'imagesMax' | 'pixelsMax' | 'durationSecondsMax'

/** A model as it is being edited: everything is text or a choice, so that nothing typed is lost. */
export interface Draft {
  enabled: boolean
  moveQueued: boolean
  name: string
  providerModel: string
  /** `2027-01-31T00:00`, in UTC; empty for no known end. */
  shutdownAt: string
  /** Empty for none. */
  replacement: string
  fallbacks: string[]
  lists: Partial<Record<ListField, string[]>>
  numbers: Partial<Record<NumberField, string>>
  optionsOff: string[]
  note: string
}

export interface Bounds {
  lists: { field: ListField; label: string; values: string[] }[]
  numbers: { field: NumberField; label: string; min: number; max: number }[]
}

/** What this version offers: the most that can be chosen. */
export function boundsOf({ seed: { limits } }: AdminModel): Bounds {
  if ('n' in limits) {
    const lists = [
      { field: 'presets' as const, label: 'Sizes by name', values: limits.size.presets }, { field: 'outputFormats' as const, label: 'Formats', values: limits.outputFormats },
      { field: 'qualities' as const, label: 'Qualities', values: limits.qualities }, { field: 'backgrounds' as const, label: 'Backgrounds', values: limits.backgrounds },
    ]
    const pixels = limits.size.pixels.max === 0 ? [] : [{ field: 'pixelsMax' as const, label: 'Pixels of an exact size', ...limits.size.pixels }]
    return { lists: lists.filter(({ values }) => values.length > 0), numbers: [{ field: 'imagesMax', label: 'Pictures in one request', min: 1, max: limits.n.max }, ...pixels] }
  }
  return {
    lists: [
      { field: 'resolutions', label: 'Resolutions', values: limits.resolution.values },
      ...(limits.aspectRatio === null ? [] : [{ field: 'aspectRatios' as const, label: 'Ratios', values: limits.aspectRatio.values }]),
    ],
    numbers: [{ field: 'durationSecondsMax', label: 'Longest in seconds', min: limits.durationSeconds.min, max: limits.durationSeconds.max }],
  }
}

export function draftOf(model: AdminModel): Draft {
  const { changes, effective, enabled, moveQueued, fallbacks, note } = model
  const { limits = {} } = changes
  const { lists, numbers } = boundsOf(model)
  return {
    enabled, moveQueued, note, name: effective.name, providerModel: effective.providerModel, fallbacks: [...fallbacks],
    shutdownAt: effective.shutdownAt?.slice(0, 16) ?? '', replacement: effective.replacement ?? '',
    lists: Object.fromEntries(lists.map(({ field, values }) => [field, [...(limits[field] ?? values)]])),
    numbers: Object.fromEntries(numbers.map(({ field, max }) => [field, String(limits[field] ?? max)])),
    optionsOff: [...(limits.optionsOff ?? [])],
  }
}

/** What is wrong with it, by field; empty when it can be saved. The server judges again. */
export function mistakesIn(model: AdminModel, draft: Draft): Record<string, string> {
  const { lists, numbers } = boundsOf(model)
  return {
    ...(draft.name.trim() === '' ? { name: 'It needs a name.' } : {}),
    ...(draft.shutdownAt !== '' && Number.isNaN(Date.parse(`${draft.shutdownAt}Z`)) ? { shutdownAt: 'This is no date and time.' } : {}),
    ...Object.fromEntries(lists.filter(({ field }) => draft.lists[field]?.length === 0).map(({ field }) => [field, 'At least one stays.'])),
    ...Object.fromEntries(numbers.filter(({ field, min, max }) => !isBetween(draft.numbers[field] ?? '', min, max)).map(({ field, min, max }) => [field, `A whole number from ${min} to ${max}.`])),
  }
}

export function isBetween(text: string, min: number, max: number): boolean {
  return /^\d{1,15}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max
}

/** What of it is different from how the model is now; null when nothing is. What is as this version knows it goes back to that, so that a later version counts. */
export function changeOf(model: AdminModel, draft: Draft): ModelChange | null {
  const { changes, seed } = model
  const now = draftOf(model)
  const reset: ModelChange['reset'] = []
  const change: ModelChange = { id: model.id, expectedVersion: model.version }
  const differs = (field: keyof Draft) => JSON.stringify(draft[field]) !== JSON.stringify(now[field])
  const decide = <Field extends 'name' | 'providerModel' | 'shutdownAt' | 'replacement'>(field: Field, value: NonNullable<ModelChange[Field]> | null) => {
    if (value !== seed[field]) Object.assign(change, { [field]: value })
    else if (field in changes) reset.push(field)
  }
  if (differs('name')) decide('name', draft.name.trim())
  if (differs('providerModel')) decide('providerModel', draft.providerModel)
  if (differs('shutdownAt')) decide('shutdownAt', draft.shutdownAt === '' ? null : new Date(`${draft.shutdownAt}Z`).toISOString())
  if (differs('replacement')) decide('replacement', draft.replacement === '' ? null : draft.replacement)
  if (differs('lists') || differs('numbers') || differs('optionsOff')) {
    const limits = limitsOf(model, draft)
    if (Object.keys(limits).length > 0) change.limits = limits
    else if (changes.limits !== undefined) reset.push('limits')
  }
  for (const field of ['enabled', 'moveQueued', 'fallbacks', 'note'] as const) if (differs(field)) Object.assign(change, { [field]: draft[field] })
  if (reset.length > 0) change.reset = reset
  return Object.keys(change).length > 2 ? change : null
}

/** Only what is less than this version offers. */
function limitsOf(model: AdminModel, { lists, numbers, optionsOff }: Draft): ModelLimitsChange {
  const bounds = boundsOf(model)
  const narrowed = bounds.lists.filter(({ field, values }) => (lists[field]?.length ?? values.length) < values.length).map(({ field }) => [field, lists[field]])
  const lowered = bounds.numbers.filter(({ field, max }) => Number(numbers[field] ?? max) < max).map(({ field }) => [field, Number(numbers[field])])
  return { ...Object.fromEntries([...narrowed, ...lowered]), ...(optionsOff.length === 0 ? {} : { optionsOff }) } as ModelLimitsChange
}
