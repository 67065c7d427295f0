import type { InputMistake } from '#lib/errors'
import { type ImageModel as ImageAbility, refuseImage } from '#platform/providers'
import type { ImageModel } from './model.ts'
import type { ChangedModel, LimitsChange } from './model-change.ts'
import { checkOff, common, keep, lower } from './narrow-lists.ts'

/**
 * An image model that offers less: what its other dated model takes as well, where one is named, and of that what is wanted. A default that is no longer
 * offered gives way to the first that is.
 */
export function narrowImages(seed: ImageModel, known: ImageAbility | undefined, limits: LimitsChange): ChangedModel {
  const offered = known === undefined || known.id === seed.providerModel ? seed.ability : meet(seed.ability, known)
  const mistakes: InputMistake[] = []
  const { min = 0, max = 0 } = offered.pixels ?? {}
  if (limits.pixelsMax !== undefined && offered.pixels === null) mistakes.push({ path: '/limits/pixelsMax', message: 'is not taken by this model: it has no exact sizes' })
  const pixelsMax = offered.pixels === null ? null : lower(mistakes, 'pixelsMax', { least: min, most: max }, limits.pixelsMax)
  const imagesMax = lower(mistakes, 'imagesMax', { least: 1, most: Math.min(seed.imagesMax, 4) }, limits.imagesMax)
  const ability = switchOff(mistakes, limits.optionsOff ?? [], {
    ...offered,
    presets: keep(mistakes, 'presets', offered.presets, limits.presets),
    pixels: offered.pixels === null || pixelsMax === null ? null : { ...offered.pixels, max: pixelsMax },
    outputFormats: keep(mistakes, 'outputFormats', offered.outputFormats, limits.outputFormats),
    qualities: keep(mistakes, 'qualities', offered.qualities, limits.qualities),
    backgrounds: keep(mistakes, 'backgrounds', offered.backgrounds, limits.backgrounds),
  })
  const defaults = defaultsOf(mistakes, seed, ability)
  return { model: { ...seed, providerModel: known?.id ?? seed.providerModel, ability, imagesMax, defaults }, mistakes }
}

function switchOff(mistakes: InputMistake[], off: readonly string[], ability: ImageAbility): ImageAbility {
  const switchable = {
    outputFormat: ability.outputFormats.length > 0, background: ability.backgrounds.length > 0, seed: ability.seed, negativePrompt: ability.negativePrompt,
    referenceImages: ability.referenceImagesMax > 0,
  }
  checkOff(mistakes, Object.entries(switchable).flatMap(([name, there]) => (there ? [name] : [])), off)
  return {
    ...ability,
    outputFormats: off.includes('outputFormat') ? [] : ability.outputFormats,
    compressedFormats: off.includes('outputFormat') ? [] : common(ability.compressedFormats ?? [], ability.outputFormats),
    backgrounds: off.includes('background') ? [] : ability.backgrounds,
    seed: ability.seed && !off.includes('seed'),
    negativePrompt: ability.negativePrompt && !off.includes('negativePrompt'),
    referenceImagesMax: off.includes('referenceImages') ? 0 : ability.referenceImagesMax,
  }
}

function defaultsOf(mistakes: InputMistake[], { defaults }: ImageModel, ability: ImageAbility): ImageModel['defaults'] {
  const size = [defaults.size, ...ability.presets].find((candidate) => takesSize(ability, candidate))
  if (size === undefined) mistakes.push({ path: '/limits', message: 'leave no size that could be the default' })
  const quality = defaults.quality === undefined || ability.qualities.includes(defaults.quality) ? defaults.quality : ability.qualities[0]
  if (defaults.quality !== undefined && quality === undefined) mistakes.push({ path: '/limits', message: 'leave no quality that could be the default' })
  return { size: size ?? defaults.size, ...(quality === undefined ? {} : { quality }) }
}

/** Also of a preset the pixels that it stands for: a smaller limit means them, too. */
function takesSize(ability: ImageAbility, size: string): boolean {
  return refuseImage(ability, { providerModel: ability.id, prompt: 'x', size, index: 0, requestId: '', callNumber: 1 }) === null
}

/** What both take. Prices were set for the first, so the second never adds to it. */
function meet(offered: ImageAbility, known: ImageAbility): ImageAbility {
  const pixels = offered.pixels === null || known.pixels === null ? null : {
    min: Math.max(offered.pixels.min, known.pixels.min), max: Math.min(offered.pixels.max, known.pixels.max),
    ratioMax: Math.min(offered.pixels.ratioMax, known.pixels.ratioMax), step: Math.max(offered.pixels.step, known.pixels.step),
    sideMax: offered.pixels.sideMax === null ? known.pixels.sideMax : Math.min(offered.pixels.sideMax, known.pixels.sideMax ?? Infinity),
  }
  return {
    ...known, pixels,
    presets: common(offered.presets, known.presets), outputFormats: common(offered.outputFormats, known.outputFormats),
    qualities: common(offered.qualities, known.qualities), backgrounds: common(offered.backgrounds, known.backgrounds),
    compressedFormats: common(offered.compressedFormats ?? [], known.compressedFormats ?? []),
    referenceImagesMax: Math.min(offered.referenceImagesMax, known.referenceImagesMax),
    seed: offered.seed && known.seed, negativePrompt: offered.negativePrompt && known.negativePrompt,
    promptCharactersMax: Math.min(offered.promptCharactersMax ?? Infinity, known.promptCharactersMax ?? Infinity),
  }
}
