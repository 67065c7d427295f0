/** The video studio in a real browser, against the product as `npm start` runs it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Site } from '#test/browser'

const site = Site.of({ SIMULATOR_LATENCY_MS: '4000' })
const { skip } = site

/** What of the page's own player is used here. */
interface Player {
  muted: boolean
  readonly currentTime: number
  readonly duration: number
  readonly videoWidth: number
  readonly videoHeight: number
  readonly poster: string
  play(): Promise<void>
  addEventListener(event: string, act: () => void): void
}

test('somebody asks for a video by the second, watches it being made, plays it, and finds it in the history and on its page', { skip }, async (t) => {
  const { page, complaints } = await site.openPage(t, { width: 1440, colorScheme: 'dark' })
  await site.signIn(page)
  await page.getByRole('link', { name: 'Video', exact: true }).click()
  await page.getByRole('heading', { name: 'Video', exact: true }).waitFor()

  for (const ended of ['Sora 2 (ended on 2026-09-24; now Veo 3.1)', 'Veo 3.1 Preview (ended on 2026-10-22; now Gemini Omni 1.2 Flash)']) {
    assert.equal(await page.locator('option', { hasText: ended }).isDisabled(), true, 'a model that ended is there with the reason and cannot be chosen')
  }
  await page.getByRole('combobox', { name: 'Length' }).selectOption({ label: '4 seconds' })
  await page.getByRole('radio', { name: '480p, 2 credits a second' }).check()
  await page.getByRole('radio', { name: '9:16' }).check()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Waves at a lighthouse')
  await page.getByRole('button', { name: 'Generate · 8 credits' }).click()

  await page.getByText('The model is at work').first().waitFor()
  await page.getByText('1 video ready. 8 credits taken.').first().waitFor()
  const player = page.locator('video')
  const played = await player.evaluate(async (video: Player) => {
    video.muted = true
    await video.play()
    await new Promise((resolve) => video.addEventListener('timeupdate', () => video.currentTime > 0.2 && resolve(undefined)))
    return { width: video.videoWidth, height: video.videoHeight, seconds: Math.round(video.duration), poster: video.poster }
  })
  assert.deepEqual([played.width < played.height, played.seconds, played.poster.includes('/api/assets/')], [true, 4, true])
  await page.getByRole('link', { name: 'Balance: 992 credits available' }).waitFor()

  await page.goto(`${site.address}/history?kind=video`)
  await page.getByText('Video, 4 s').waitFor()
  await page.getByRole('link', { name: 'Waves at a lighthouse' }).click()
  await page.getByRole('heading', { name: 'Timing' }).waitFor()
  await page.getByText('4 s × 2 credits').waitFor()
  await page.locator('video').waitFor()
  await page.getByRole('button', { name: 'Use these settings' }).click()
  await page.getByRole('button', { name: 'Generate · 8 credits' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('on a phone the settings open at the first touch however late the models come, and nothing moves away from the finger', { skip }, async (t) => {
  const { page, complaints } = await site.openPage(t, { width: 360, colorScheme: 'light' })
  await site.signIn(page)
  for (const path of ['/', '/video']) {
    let letThrough = () => {}
    const held = new Promise<void>((resolve) => (letThrough = resolve))
    await page.route('**/api/models*', async (route) => {
      await held
      await route.continue()
    })
    await page.goto(`${site.address}${path}`)
    const settings = page.getByRole('button', { name: /^Settings/ })
    await settings.waitFor()
    assert.equal(await settings.isDisabled(), true, 'there is nothing to set yet')
    letThrough()
    await settings.click()
    assert.equal(await settings.getAttribute('aria-expanded'), 'true')
    await settings.click()
    const [open, spend] = await Promise.all([settings.boundingBox(), page.getByRole('button', { name: /^Generate ·/ }).boundingBox()])
    assert.deepEqual([open!.height, spend!.height, open!.y], [44, 44, spend!.y], 'both are large enough for a finger, in one line')
    await page.unroute('**/api/models*')
  }
  assert.deepEqual(complaints, [])
})
