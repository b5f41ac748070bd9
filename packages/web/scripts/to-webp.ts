// Turns pictures that the tests keep (NANOALIGN_SCREENSHOTS) into small ones for the documentation.
//   npx tsx packages/web/scripts/to-webp.ts from.png to.webp [width] [top,left,height,width of a part]

import { readFileSync, writeFileSync } from 'node:fs'
import { launch } from '../test/browser.ts'

const [from, to, wide = '', part = ''] = process.argv.slice(2)
const browser = await launch({ webgpu: false })
const page = await browser.newPage()
const address = await page.evaluate(
  async ({ png, wide, part }) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
    const [top, left, height, width] = part ? part.split(',').map(Number) : [0, 0, image.height, image.width]
    const canvas = document.createElement('canvas')
    canvas.width = Number(wide) || width
    canvas.height = Math.round((height * canvas.width) / width)
    const context = canvas.getContext('2d')!
    context.imageSmoothingQuality = 'high'
    context.drawImage(image, left, top, width, height, 0, 0, canvas.width, canvas.height)
    return canvas.toDataURL('image/webp', 0.85)
  },
  { png: readFileSync(from).toString('base64'), wide, part },
)
const bytes = Buffer.from(address.slice(address.indexOf(',') + 1), 'base64')
writeFileSync(to, bytes)
console.log(`${to}: ${(bytes.length / 1000).toFixed(0)} kB`)
await browser.close()
