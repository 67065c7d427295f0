import { hex, mix } from './colour.ts'
import { n, type Scene } from './scene.ts'
import { halo } from './shapes.ts'

/** What falls or hangs in front of everything: rain, snow, mist. */
export function drawWeather(scene: Scene): string {
  if (scene.weather === 'rain' || scene.weather === 'storm') return drawRain(scene)
  if (scene.weather === 'snow') return drawSnow(scene)
  return ''
}

function drawRain(scene: Scene): string {
  const { random, width, height } = scene
  const slant = random.between(-0.35, 0.35)
  const drop = (): string => {
    const length = random.between(14, 52)
    return `M${n(random.between(-60, width + 60))} ${n(random.between(-40, height))}l${n(slant * length)} ${n(length)}`
  }
  const count = Math.min(1600, Math.round((scene.weather === 'storm' ? 420 : 520) * (width / 1000)))
  const paths = Array.from({ length: count }, drop).join('')
  return `<path d="${paths}" fill="none" stroke="#eef6ff" stroke-width="1.1" stroke-opacity="0.26"/>`
}

function drawSnow(scene: Scene): string {
  const { random, width, height } = scene
  const flake = (): string => {
    const near = random.next() ** 4
    const size = 1 + near * 7
    return `<circle cx="${n(random.between(0, width))}" cy="${n(random.between(0, height))}" r="${n(size)}" fill-opacity="${n(0.85 - near * 0.5)}"/>`
  }
  const count = Math.min(1500, Math.round(430 * (width / 1000)))
  return `<g fill="#fff">${Array.from({ length: count }, flake).join('')}</g>`
}

/** Banks of mist lying at a height: wide, flat, soft. */
export function drawMist(scene: Scene, y: number, strength = 0.5): string {
  const { random, width, palette } = scene
  const id = `mist${Math.round(y)}`
  const bank = (): string =>
    `<ellipse cx="${n(random.between(0, width))}" cy="${n(y + random.between(-24, 24))}" rx="${n(random.between(260, 520))}" ry="${n(random.between(26, 62))}" fill="url(#${id})"/>`
  const count = Math.max(3, Math.round(5 * (width / 1000)))
  return halo(id, mix(palette.horizon, palette.light, 0.3), strength) + Array.from({ length: count }, bank).join('')
}

/** A bolt from the clouds, with the light it throws. */
export function drawLightning(scene: Scene, horizon: number): string {
  const { random, width } = scene
  let [x, y] = [width * random.between(0.15, 0.85), horizon * 0.2]
  const tone = hex(mix(scene.palette.light, [255, 255, 255], 0.6))
  let trunk = `M${n(x)} ${n(y)}`
  let twigs = ''
  while (y < horizon) {
    x += random.between(-34, 34)
    y += random.between(22, 54)
    trunk += `L${n(x)} ${n(Math.min(y, horizon))}`
    if (random.chance(0.4)) twigs += `M${n(x)} ${n(y)}l${n(random.between(-70, 70))} ${n(random.between(24, 60))}l${n(random.between(-40, 40))} ${n(random.between(20, 46))}`
  }
  return (
    halo('flash', scene.palette.light, 0.5) +
    `<ellipse cx="${n(x)}" cy="${n(horizon * 0.35)}" rx="330" ry="240" fill="url(#flash)"/>` +
    `<path d="${trunk}" fill="none" stroke="${tone}" stroke-width="9" stroke-opacity="0.22" stroke-linejoin="round"/>` +
    `<path d="${trunk}" fill="none" stroke="${tone}" stroke-width="3.2" stroke-linejoin="round"/>` +
    `<path d="${twigs}" fill="none" stroke="${tone}" stroke-width="1.3" stroke-opacity="0.75"/>`
  )
}
