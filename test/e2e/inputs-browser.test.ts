/** Pictures to work from in a real browser, against the product as `npm start` runs it. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { type Look, Site } from '#test/browser'
import { plainPicture } from '#test/pictures'

const site = Site.of({ SIMULATOR_LATENCY_MS: '300' })
const { skip } = site
const red = await plainPicture('#e01818')

async function openPage(t: TestContext, look: Look) {
  const opened = await site.openPage(t, look, /4(01|04|22)/)
  await site.signIn(opened.page)
  return opened
}

/** As a person drops or pastes a file on the bar: the browser's own event, with the file in it. */
async function hand(page: Page, how: 'drop' | 'paste', name: string, bytes: Buffer, type = 'image/png'): Promise<void> {
  const given = JSON.stringify({ name, type, base64: bytes.toString('base64') })
  const event = how === 'drop' ? `new DragEvent('drop', { ...common, dataTransfer: data })` : `new ClipboardEvent('paste', { ...common, clipboardData: data })`
  await page.evaluate(`(() => {
    const given = ${given}
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob(given.base64), (each) => each.charCodeAt(0))], given.name, { type: given.type }))
    const common = { bubbles: true, cancelable: true }
    document.querySelector('form[aria-label="New generation"]').dispatchEvent(${event})
  })()`)
}

const loaded = (page: Page) => page.locator('img[data-loaded=true]')
const thumbnails = (page: Page) => page.getByRole('group', { name: /Reference pictures/ }).getByRole('img')

test('somebody drops a picture, pastes one and chooses one, orders them, generates, and finds picture and result on its page', { skip }, async (t) => {
  const { page, complaints } = await openPage(t, { width: 1440, colorScheme: 'dark' })
  await page.getByRole('button', { name: 'Add pictures' }).waitFor()
  await page.evaluate('delete Crypto.prototype.randomUUID') // As on plain http, in a network of one's own.
  await hand(page, 'drop', 'red.png', red)
  await thumbnails(page).first().waitFor()
  await hand(page, 'paste', 'green.png', await plainPicture('#18e018'))
  await thumbnails(page).nth(1).waitFor()
  await page.getByLabel('File for reference pictures').setInputFiles([{ name: 'blue.png', mimeType: 'image/png', buffer: await plainPicture('#1818e0') }])
  await thumbnails(page).nth(2).waitFor()
  const sources = () => thumbnails(page).evaluateAll((images) => images.map((image) => (image as unknown as { src: string }).src))
  const before = await sources()
  await page.getByRole('button', { name: 'Move Reference pictures 1 back' }).click()
  assert.deepEqual(await sources(), [before[1], before[0], before[2]])
  await page.getByRole('button', { name: 'Remove Reference pictures 1' }).click()
  assert.deepEqual(await sources(), [before[0], before[2]])

  await page.getByRole('radio', { name: '1 picture' }).check()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('The same in the snow')
  await page.getByRole('button', { name: 'Generate · 1 credit' }).click()
  await loaded(page).first().waitFor()
  await page.getByRole('link', { name: 'The same in the snow' }).first().click()
  const made = page.getByRole('list', { name: 'Made from' })
  await made.getByRole('img', { name: 'Reference 2' }).waitFor()
  assert.equal(await made.getByRole('listitem').count(), 2)
  await loaded(page).first().waitFor()

  await page.getByRole('button', { name: 'Use these settings' }).click()
  await thumbnails(page).nth(1).waitFor()
  assert.deepEqual(await sources(), [before[0], before[2]])
  assert.deepEqual(complaints, [])
})

test('a picture is varied: it comes into the studio as what the next ones are made from, with its words, and nothing is spent', { skip }, async (t) => {
  const { page, complaints } = await openPage(t, { width: 1440, colorScheme: 'light' })
  await page.getByRole('radio', { name: '1 picture' }).check()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('A kite over dunes')
  await page.getByRole('button', { name: 'Generate · 1 credit' }).click()
  await loaded(page).first().waitFor()
  await page.getByRole('link', { name: 'A kite over dunes' }).first().click()
  await page.getByRole('button', { name: 'Vary picture 1 of 1' }).click()
  await thumbnails(page).first().waitFor()
  assert.equal(await page.getByRole('textbox', { name: 'Prompt' }).inputValue(), 'A kite over dunes')
  assert.equal(await thumbnails(page).count(), 1)
  const sent = page.waitForResponse('**/api/images/**')
  await page.getByRole('button', { name: 'Generate · 1 credit' }).click()
  const { id } = (await (await sent).json()) as { id: string }
  await page.goto(`${site.address}/generations/${id}`)
  await page.getByRole('list', { name: 'Made from' }).getByRole('img', { name: 'Reference 1' }).waitFor()
  assert.deepEqual(complaints, [])
})

test('what is refused is said at the picture, before it is sent or after, and holds nothing', { skip }, async (t) => {
  const { page, complaints } = await openPage(t, { width: 1440, colorScheme: 'light' })
  await page.getByRole('button', { name: 'Add pictures' }).waitFor()
  await hand(page, 'drop', 'notes.txt', Buffer.from('hello'), 'text/plain')
  await page.getByText('notes.txt: Only PNG, JPEG and WebP are taken.').waitFor()
  await hand(page, 'drop', 'broken.png', red.subarray(0, red.length - 30))
  await page.getByText(/broken\.png: The file is damaged/).waitFor()
  for (const name of ['notes.txt', 'broken.png']) await page.getByRole('button', { name: `Put ${name} away` }).click()
  assert.equal(await page.getByText('Not taken').count(), 0)

  await page.getByRole('button', { name: 'By address' }).click()
  await page.getByRole('textbox', { name: 'Address' }).fill('http://pictures.example/a.png')
  await page.getByText('Only https addresses are taken.').waitFor()
  await page.getByRole('textbox', { name: 'Address' }).fill('https://metadata.google.internal/a.png')
  await page.keyboard.press('Enter')
  await page.getByText('metadata.google.internal').waitFor()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('The same in the snow')
  await page.getByRole('button', { name: /^Generate/ }).click()
  await page.getByText('This picture is refused: This address may not be fetched.').waitFor()
  await page.getByText('Nothing was charged.').waitFor()
  assert.deepEqual(complaints, [])
})

test('on a phone a video gets its first and its last picture, what excludes one another says so, and nothing is wider than the screen', { skip }, async (t) => {
  const { page, complaints } = await openPage(t, { width: 360, colorScheme: 'dark' })
  await page.goto(`${site.address}/video`)
  const group = (name: string) => page.getByRole('group', { name, exact: true })
  await page.getByRole('button', { name: /^Settings/ }).click()
  await page.getByText('Choose a first frame before.').waitFor()
  assert(await group('Last frame').getByRole('button', { name: 'Choose a picture' }).isDisabled())
  await page.getByLabel('File for first frame').setInputFiles([{ name: 'red.png', mimeType: 'image/png', buffer: red }])
  await page.getByRole('img', { name: 'First frame' }).waitFor()
  await page.getByText('Not together with a first or last frame.').waitFor()
  await page.getByLabel('File for last frame').setInputFiles([{ name: 'red.png', mimeType: 'image/png', buffer: red }])
  await page.getByRole('img', { name: 'Last frame' }).waitFor()
  assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth'), 0)

  await page.getByRole('textbox', { name: 'Prompt' }).fill('The tide comes in')
  await page.getByRole('button', { name: /^Generate/ }).click()
  await page.getByRole('link', { name: 'The tide comes in' }).first().click()
  await page.getByRole('list', { name: 'Made from' }).getByRole('img', { name: 'Last frame' }).waitFor()
  await page.locator('video').waitFor()
  assert.deepEqual(complaints, [])
})
