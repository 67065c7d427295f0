import { huesIn, type PaletteName } from './palette.ts'
import { seedFrom } from './random.ts'

const SETTINGS = ['mountains', 'sea', 'city', 'forest', 'desert', 'space', 'still-life', 'portrait', 'abstract'] as const
export type Setting = (typeof SETTINGS)[number]

const SUBJECTS = [
  'lighthouse', 'sailboat', 'whale', 'fox', 'wolf', 'cat', 'rabbit', 'bear', 'owl', 'deer', 'birds', 'man', 'person',
  'cabin', 'castle', 'balloon', 'rocket', 'tree', 'flowers', 'cup', 'fruit', 'robot',
] as const
export type Subject = (typeof SUBJECTS)[number]

export type Weather = 'clear' | 'cloudy' | 'storm' | 'rain' | 'snow' | 'mist' | 'aurora'

/** Everything a picture follows from. Small plain JSON: it travels inside the picture's address. */
export interface PicturePlan {
  readonly setting: Setting
  readonly subject: Subject | null
  readonly palette: PaletteName
  readonly hues: readonly string[]
  /** True when the hues belong to the subject, as in "red fox", and should leave the light alone. */
  readonly huedSubject: boolean
  readonly weather: Weather
  /** From the prompt, not from the seed: what the words leave open, all takes decide alike. */
  readonly mood: number
  readonly seed: number
  readonly width: number
  readonly height: number
  /** Laid over all of it, as `#rrggbb`: the colour of the pictures that it is made from. */
  readonly tint?: string
}

type Choice<Value> = readonly (readonly [Value, RegExp])[]

const SUBJECT_WORDS: Choice<Subject> = [
  ['lighthouse', /\blighthouses?\b/],
  ['whale', /\b(whales?|orcas?|dolphins?)\b/],
  ['fox', /\b(fox|foxes|vixen)\b/],
  ['wolf', /\b(wolf|wolves|husky|dogs?|puppy|coyote)\b/],
  ['cat', /\b(cats?|kitten|kitty|panther|lynx)\b/],
  ['rabbit', /\b(rabbits?|bunny|hares?)\b/],
  ['bear', /\b(bears?|pandas?|otter|badger)\b/],
  ['owl', /\bowls?\b/],
  ['deer', /\b(deer|stags?|elk|moose|reindeer)\b/],
  ['robot', /\b(robots?|androids?|cyborgs?|droids?)\b/],
  ['rocket', /\b(rockets?|spaceships?|starships?|spacecraft)\b/],
  ['balloon', /\b(hot[- ]?air|balloons?|airship|zeppelin)\b/],
  ['sailboat', /\b(sail\w*|boats?|ships?|yachts?|regatta)\b/],
  ['castle', /\b(castles?|fortress|palace|towers?|temple|cathedral)\b/],
  ['cabin', /\b(cabins?|cottages?|houses?|huts?|home|barn|village|lodge)\b/],
  ['cup', /\b(cups?|coffee|tea|mugs?|espresso|latte)\b/],
  ['fruit', /\b(fruits?|apples?|lemons?|oranges|pears?|peach(es)?|citrus|cake|food|bread)\b/],
  ['flowers', /\b(flowers?|bouquet|roses?|tulips?|poppy|poppies|peon(y|ies)|vase|blossoms?|orchids?|botanical)\b/],
  ['birds', /\b(birds?|gulls?|seagulls?|cranes?|eagles?|ravens?|swans?)\b/],
  ['man', /\b(man|men|boy|king|prince|father|grandfather|gentleman|sailor|knight|monk|samurai|wizard|beard\w*)\b/],
  ['person', /\b(person|woman|women|girl|queen|princess|mother|lady|traveller|hiker|astronaut|wanderer|people|child)\b/],
  ['tree', /\b(trees?|oak|willow|maple|cherry|bonsai)\b/],
]

const SETTING_WORDS: Choice<Setting> = [
  ['space', /\b(space|planets?|galax(y|ies)|nebulae?|cosmos|cosmic|saturn|jupiter|asteroids?|orbit\w*|astronaut|milky way)\b/],
  ['portrait', /\b(portraits?|headshot|selfie|face|profile picture|avatar|close-?up of a (wo)?man)\b/],
  ['abstract', /\b(abstract\w*|patterns?|geometric|gradients?|texture|wallpaper|logo|icon|fractal|paper-?cut|flow|swirls?|liquid|waves? of)\b/],
  ['city', /\b(city|cities|skyline|streets?|downtown|skyscrapers?|cyberpunk|tokyo|new york|london|paris|buildings?|urban|rooftops?)\b/],
  ['sea', /\b(seas?|oceans?|beach(es)?|coast\w*|waves?|harbou?rs?|islands?|bay|cliffs?|surf|shore|lighthouse|whales?|dolphins?|sail\w*|boats?|ships?)\b/],
  ['desert', /\b(deserts?|dunes?|sahara|camels?|canyons?|cact(us|i)|mesa|mars|oasis)\b/],
  ['mountains', /\b(mountains?|alps?|alpine|valleys?|lakes?|fjords?|peaks?|hills?|meadows?|landscapes?|cabins?|castles?)\b/],
  ['forest', /\b(forests?|woods?|woodland|jungle|trees?|pines?|birch(es)?|fox(es)?|deer|wol(f|ves)|owls?|bears?|rabbits?|stags?|path)\b/],
  ['still-life', /\b(still[- ]life|vase|flowers?|bouquet|roses?|tulips?|poppies|peonies|botanical|plants?|lea(f|ves)|fruits?|lemons?|apples?|coffee|tea|cups?|mugs?|table|kitchen|cake|food|bottle)\b/],
]

const WEATHER_WORDS: Choice<Weather> = [
  ['aurora', /\b(aurora\w*|northern lights|borealis)\b/],
  ['storm', /\b(storm\w*|thunder\w*|lightning|tempest|hurricane)\b/],
  ['snow', /\b(snow\w*|blizzard|winter\w*|frost\w*|icy|arctic|christmas)\b/],
  ['rain', /\b(rain\w*|drizzle|monsoon|wet)\b/],
  ['mist', /\b(mist\w*|fog\w*|haz[ey]|dream\w*|mysterious|ethereal)\b/],
  ['cloudy', /\b(cloud\w*|overcast|moody|dramatic)\b/],
]

const PALETTE_WORDS: Choice<PaletteName> = [
  ['neon', /\b(neon|cyberpunk|synthwave|vaporwave|arcade|futuristic)\b/],
  ['aurora', /\b(aurora\w*|northern lights|borealis)\b/],
  ['mars', /\b(mars|martian|red planet|volcan\w*|lava)\b/],
  ['deep', /\b(underwater|deep sea|coral reef)\b/],
  ['candle', /\b(candle\w*|cozy|cosy|lamplight|fireplace|coffee|tavern)\b/],
  ['mono', /\b(black and white|monochrome|ink|charcoal|noir|grayscale|minimal\w*)\b/],
  ['sunset', /\b(sunsets?|sundown|golden hour)\b/],
  ['dusk', /\b(dusk|twilight|evening|blue hour)\b/],
  ['dawn', /\b(dawn|sunrise|morning|daybreak)\b/],
  ['storm', /\b(storm\w*|thunder\w*|lightning|tempest|hurricane|rain\w*)\b/],
  ['night', /\b(night\w*|midnight|moon\w*|stars?|starry|dark)\b/],
  ['winter', /\b(snow\w*|blizzard|winter\w*|frost\w*|icy|arctic|christmas)\b/],
  ['autumn', /\b(autumn\w*|fall colou?rs|harvest|october|maple)\b/],
  ['spring', /\b(spring\w*|blossoms?|cherry|meadows?|fresh)\b/],
  ['pastel', /\b(pastels?|soft|dreamy|cute|candy|kawaii)\b/],
  ['day', /\b(day(light)?|sunny|noon|summer)\b/],
]

/** The manner of an abstract picture, as a place in its list. */
const MANNER_WORDS: Choice<number> = [
  [3, /\b(geometric|bauhaus|shapes|grid|patterns?|mosaic|logo|icon)\b/],
  [0, /\b(paper\S*|layers?|layered|waves?|cut-?out)\b/],
  [2, /\b(flow\w*|lines?|threads?|currents?|hair|fractal)\b/],
  [1, /\b(silk|liquid|swirl\w*|gradients?|fluid|smoke|marble)\b/],
]

/** What suits a setting when the words name no light of their own. */
const PALETTES_OF: Readonly<Record<Setting, readonly PaletteName[]>> = {
  mountains: ['dawn', 'sunset', 'dusk', 'spring'],
  sea: ['sunset', 'dawn', 'day'],
  city: ['night', 'dusk', 'neon'],
  forest: ['forest', 'autumn', 'dawn'],
  desert: ['desert', 'sunset'],
  space: ['night', 'neon', 'mars'],
  'still-life': ['candle', 'pastel', 'autumn', 'spring'],
  portrait: ['autumn', 'dusk', 'pastel', 'desert'],
  abstract: ['sunset', 'spring', 'dusk', 'pastel', 'desert'],
}

/**
 * Reads a prompt the way a child would: it looks for the words it knows. The same prompt always
 * gives the same plan but for the seed, so that several takes show the same idea.
 */
export function planPicture(input: { prompt: string; seed: number; width: number; height: number; tint?: string | undefined }): PicturePlan {
  const words = input.prompt.toLowerCase()
  const mood = seedFrom(words)
  const subject = choose(SUBJECT_WORDS, words) ?? null
  const setting = choose(SETTING_WORDS, words) ?? settingOf(subject, mood)
  return {
    setting,
    subject,
    palette: paletteOf(setting, words, mood),
    mood: choose(MANNER_WORDS, words) ?? mood % 256,
    hues: huesIn(words).slice(0, 2),
    huedSubject: subject !== null,
    weather: choose(WEATHER_WORDS, words) ?? 'clear',
    seed: input.seed >>> 0,
    width: input.width,
    height: input.height,
    ...(input.tint === undefined ? {} : { tint: input.tint }),
  }
}

function paletteOf(setting: Setting, words: string, mood: number): PaletteName {
  const named = choose(PALETTE_WORDS, words)
  const sandless = named === 'day' || named === 'dawn' || named === 'spring' || named === undefined
  if (setting === 'desert' && sandless) return 'desert'
  return named ?? pickBy(mood, PALETTES_OF[setting])
}

function settingOf(subject: Subject | null, mood: number): Setting {
  if (subject === 'robot' || subject === 'person' || subject === 'man') return 'portrait'
  if (subject === 'cat') return 'still-life'
  if (subject === 'rocket') return 'space'
  if (subject !== null) return 'mountains'
  return pickBy(mood, ['mountains', 'abstract', 'sea', 'forest', 'desert', 'abstract'])
}

function choose<Value>(choices: Choice<Value>, words: string): Value | undefined {
  return choices.find(([, pattern]) => pattern.test(words))?.[0]
}

function pickBy<Item>(number: number, items: readonly Item[]): Item {
  const item = items[number % items.length]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
