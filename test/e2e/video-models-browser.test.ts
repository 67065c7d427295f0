/** Every video model in a real browser: chosen in the studio, ordered, made by its simulator, and played. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type Simulators, startSimulators } from '#platform/providers/simulators'
import { Site } from '#test/browser'

let simulators: Simulators
const site = Site.of(async () => {
  simulators = await startSimulators({ host: '127.0.0.1', port: 0, latencyMs: 0, urlTtlSeconds: 3_600, pictures: 'plain' })
  const { ModelArk, OpenAI, Gemini, Vertex } = simulators.baseUrls
  return { BYTEPLUS_BASE_URL: ModelArk!, OPENAI_BASE_URL: OpenAI!, GOOGLE_BASE_URL: Gemini!, GOOGLE_VEO: 'true', GOOGLE_VERTEX_BASE_URL: Vertex! }
})
const { skip } = site
after(() => simulators?.close())

/** What of the page's own player is used here. */
interface Player {
  muted: boolean
  readonly currentTime: number
  readonly readyState: number
  readonly videoWidth: number
  readonly videoHeight: number
  play(): Promise<void>
  addEventListener(event: string, act: () => void): void
}

/** Its first choice that can be made. */
async function pickFirst(page: Page, label: string): Promise<void> {
  const options = page.getByRole('combobox', { name: label }).locator('option:enabled')
  await page.getByRole('combobox', { name: label }).selectOption({ value: (await options.first().getAttribute('value'))! })
}

async function play(page: Page, prompt: string): Promise<{ moved: boolean; ready: boolean; shape: 'wide' | 'tall' | 'none' }> {
  const player = page.getByRole('article', { name: `Generation: ${prompt}` }).locator('video')
  await player.waitFor()
  return player.evaluate(async (video: Player) => {
    video.muted = true
    await video.play()
    await new Promise((resolve) => video.addEventListener('timeupdate', () => video.currentTime > 0.1 && resolve(undefined)))
    return { moved: video.currentTime > 0.1, ready: video.readyState >= 2, shape: video.videoWidth === 0 ? 'none' : video.videoWidth > video.videoHeight ? 'wide' : 'tall' }
  })
}

const MODELS = ['seedance', 'seedance-fast', 'seedance-mini', 'seedance-2-5', 'veo', 'veo-preview', 'omni', 'sora']

test('each video model is chosen, asked, and plays', { skip }, async (t) => {
  const { page, complaints } = await site.openPage(t, { width: 1440, colorScheme: 'dark' })
  await site.signIn(page, '/video')
  const choice = page.getByRole('combobox', { name: 'Model' })
  await t.test('they are the ones of the catalogue', async () => {
    await choice.locator('option').first().waitFor({ state: 'attached' })
    assert.deepEqual(await choice.locator('option:enabled').evaluateAll((options) => options.map((option) => (option as unknown as { value: string }).value)), MODELS)
  })
  for (const model of MODELS) {
    await t.test(model, async () => {
      const prompt = `waves by ${model}`
      await choice.selectOption(model)
      await page.getByRole('group', { name: /^Resolution/ }).locator('input:enabled').first().check()
      await pickFirst(page, 'Length')
      await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
      await page.getByRole('button', { name: /^Generate · \d+ credits$/ }).click()
      assert.deepEqual(await play(page, prompt), { moved: true, ready: true, shape: model === 'sora' ? 'tall' : 'wide' }) // Sora's first size is an upright one.
    })
  }
  await t.test('what a model lacks cannot be chosen, and says so', async () => {
    await choice.selectOption('veo')
    assert.equal(await page.getByRole('radio', { name: '480p, not by Veo 3.1' }).isDisabled(), true)
    await page.getByRole('radio', { name: '1080p, 14 credits a second' }).check()
    assert.equal(await page.getByRole('combobox', { name: 'Length' }).inputValue(), '8')
    assert.equal(await page.locator('option', { hasText: '4 seconds (not in 1080p)' }).isDisabled(), true)
    await page.getByRole('textbox', { name: 'Seed' }).fill('12x')
    assert.equal(await page.getByRole('textbox', { name: 'Seed' }).inputValue(), '12')
    await choice.selectOption('omni')
    const seed = page.getByRole('textbox', { name: 'Seed' })
    assert.deepEqual([await seed.isDisabled(), await seed.getAttribute('placeholder'), await seed.inputValue()], [true, 'Not by Gemini Omni 1.2 Flash', ''])
    assert.equal(await page.getByRole('switch', { name: 'Sound (always, by Gemini Omni 1.2 Flash)' }).isDisabled(), true)
  })
  assert.deepEqual(complaints, [])
})

test('every model has a card: price, time, how it fares, what it takes and lacks, its end; using one takes it to its studio', { skip }, async (t) => {
  for (const [width, colorScheme] of [[360, 'dark'], [1440, 'light']] as const) {
    const { page, complaints } = await site.openPage(t, { width, colorScheme })
    await site.signIn(page, '/video')
    // On a phone the settings, with the link among them, are folded.
    if (width > 360) await page.getByRole('link', { name: 'Compare models' }).click()
    else await page.goto(`${site.address}/models`)
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor()
    const { items } = (await (await fetch(`${site.address}/api/models`)).json()) as { items: { name: string; status: string }[] }
    const cards = page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3 }) })
    await cards.nth(items.length - 1).waitFor()
    assert.equal(await cards.count(), items.length)
    const card = (name: string) => page.getByRole('listitem', { name, exact: true })
    await card('Veo 3.1').getByText('14 credits a second').waitFor()
    // Made in the test before this one: it was asked, so it is known how it fares and how long it takes.
    await card('Veo 3.1').getByText('Works').waitFor()
    assert.equal(await card('Veo 3.1').getByText('not known yet').count(), 0)
    await card('Seedream 4.0').getByText('reference pictures').waitFor()
    await card('GPT Image 1').getByText('Ended', { exact: true }).waitFor()
    assert.equal(await card('GPT Image 1').getByRole('button').count(), 0)
    assert.equal(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0)
    await page.getByRole('button', { name: 'Use Seedance 2.5' }).click()
    await page.getByRole('heading', { name: 'Video', exact: true }).waitFor()
    if (width > 360) assert.equal(await page.getByRole('combobox', { name: 'Model' }).inputValue(), 'seedance-2-5')
    assert.deepEqual(complaints, [])
  }
})
