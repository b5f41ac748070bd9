// A Chromium with WebGPU on the software adapter, and pages that note what they must not do.

import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright'
import { CHROMIUM_ARGS, findChromium } from '../../../scripts/chromium.ts'

export async function launch({ webgpu = true } = {}): Promise<Browser> {
  const { executablePath, env } = findChromium()
  const args = webgpu ? CHROMIUM_ARGS : CHROMIUM_ARGS.filter((arg) => arg !== '--enable-unsafe-webgpu')
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } as Record<string, string> })
}

/** Every error and every request to another host that the page made; both should stay empty. */
export interface Watched {
  page: Page
  errors: string[]
  foreign: string[]
}

/** For what has no limit of its own: a machine with other work is slow, not wrong. */
const PATIENCE_MS = 100_000

export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const watched: Watched = { page, errors: [], foreign: [] }
  page.on('pageerror', (error) => watched.errors.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') watched.errors.push(message.text())
  })
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && host !== new URL(address).host) watched.foreign.push(request.url())
  })
  await page.goto(address)
  return watched
}

/** As if another tab were looked at. */
export const setHidden = (page: Page, hidden: boolean) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
