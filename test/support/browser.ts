/** The product as `npm start` runs it (own process, embedded database unless told, the built web app on the same address), and a browser that looks at it. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach } from 'node:test'
import { type Browser, chromium, type Page } from 'playwright-core'
import { demoPerson } from '#domains/accounts'
import { ServerProcess } from './process.ts'
import { chromiumPath } from './services.ts'

const BUILD_WEB = new URL('../../scripts/build-web.ts', import.meta.url).pathname
const found = chromiumPath()

export interface Look {
  readonly width: number
  /** 900 unless told. */
  readonly height?: number
  readonly colorScheme: 'dark' | 'light'
}

export interface Person {
  readonly email: string
  readonly password: string
}

interface Test {
  after(hook: () => Promise<void>): void
}

export class Site {
  /** Why the tests of the file cannot run; false when they can. */
  readonly skip: string | false
  #opened: { readonly address: string; readonly server: ServerProcess; readonly browser: Browser } | undefined

  private constructor(skip: string | false) {
    this.skip = skip
  }

  /**
   * For the tests of one file: opened before the first of them that runs, closed after the last. `env` is asked when it is opened. It skips with the reason
   * `unless` gives, or where there is no browser.
   */
  static of(env: Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>), unless: string | false = false): Site {
    const site = new Site('missing' in found ? found.missing : unless)
    const open = async () => {
      if (site.skip === false) await site.#open(directory, typeof env === 'function' ? await env() : env)
    }
    const directory = mkdtempSync(join(tmpdir(), 'cooly-site-'))
    let opening: Promise<void> | undefined
    // Not `before`: where a pattern leaves no test, the runner calls that and then waits with `after` until nothing is open any more.
    beforeEach(() => (opening ??= open()))
    after(async () => {
      await site.#opened?.browser.close()
      await site.#opened?.server.end('SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    })
    return site
  }

  async #open(directory: string, env: Readonly<Record<string, string>>): Promise<void> {
    if ('missing' in found) return
    // The same step as at the start; done here so that its time is not the server's.
    execFileSync(process.execPath, [BUILD_WEB])
    const server = new ServerProcess({ COOLY_DATA_DIR: directory, COOLY_WEB: 'true', ...env })
    const address = await server.ready()
    const browser = await chromium.launch({ executablePath: found.path, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking'] })
    this.#opened = { address, server, browser }
  }

  get address(): string {
    return this.#opened!.address
  }

  get server(): ServerProcess {
    return this.#opened!.server
  }

  get browser(): Browser {
    return this.#opened!.browser
  }

  /**
   * A page of its own, closed after the test, with what its scripts complained about. What the server refuses is told by the browser as well: a visitor's first
   * question who he is with 401, which is its answer, and whatever else the test has refused, as `expected` says.
   */
  async openPage(t: Test, { width, height = 900, colorScheme }: Look, expected = /401/): Promise<{ page: Page; complaints: string[] }> {
    const context = await this.browser.newContext({ viewport: { width, height }, colorScheme })
    t.after(() => context.close())
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => message.type() === 'error' && !expected.test(message.text()) && complaints.push(message.text()))
    return { page, complaints }
  }

  /** Goes to a page as somebody who is not known yet, and signs in on the way. */
  async signIn(page: Page, path = '/', { email, password }: Person = demoPerson): Promise<void> {
    await page.goto(`${this.address}${path}`)
    await page.waitForURL('**/sign-in**')
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(`**${path}`)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
  }
}
