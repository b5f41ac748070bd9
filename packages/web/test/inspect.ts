// A page in every look: desktop and phone width, light and dark. No serious finding of axe, nothing wider than the
// screen. With NANOALIGN_SCREENSHOTS=<folder> each is also kept as a picture, to be looked at.

import { mkdirSync } from 'node:fs'
import path from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright'
import { expect } from 'vitest'

const folder = process.env.NANOALIGN_SCREENSHOTS
const looks = [
  { name: 'desktop', width: 1100, height: 860 },
  { name: 'phone', width: 375, height: 780 },
].flatMap((size) => (['light', 'dark'] as const).map((colorScheme) => ({ ...size, colorScheme })))

export async function inspect(page: Page, name: string): Promise<void> {
  if (folder) mkdirSync(folder, { recursive: true })
  for (const { name: size, width, height, colorScheme } of looks) {
    await page.setViewportSize({ width, height })
    await page.emulateMedia({ colorScheme })
    if (folder) await page.screenshot({ path: path.join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true })
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(beyond, `${name} at ${size} width: pixels beyond the right edge`).toBeLessThanOrEqual(0)
    expect(await findings(page), `${name}, ${size}, ${colorScheme}`).toEqual([])
  }
}

/** What axe calls serious or critical. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source) // the page's policy forbids script elements, so not by one
  return page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> }
      }
    ).axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  })
}
