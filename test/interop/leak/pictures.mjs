// Twenty-five pictures of one list on a screen, as people take them: other sizes, fonts, zooms and compressions.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from '../../browser/house.mjs'

const program = process.argv[2]
const work = mkdtempSync(join(tmpdir(), 'banyan-pictures-'))
const list = JSON.parse(execFileSync(program, ['make', work], { encoding: 'utf8' }))
const browser = await openBrowser()
const kinds = [['png'], ['jpeg', 90], ['jpeg', 60], ['jpeg', 40], ['jpeg', 25]]
const looks = [
  { size: 16, scale: 1, font: 'sans-serif' }, { size: 16, scale: 2, font: 'sans-serif' }, { size: 20, scale: 1, font: 'sans-serif' },
  { size: 18, scale: 1.5, font: '"Noto Sans CJK SC", sans-serif' }, { size: 22, scale: 1, font: 'monospace' },
]
let named = 0
for (const { size, scale, font } of looks) {
  const context = await browser.newContext({ viewport: { width: 900, height: 1100 }, deviceScaleFactor: scale })
  const page = await context.newPage()
  await page.setContent(`<body style='font: ${size}px ${font}; margin: 16px; color: #17201d'><table style="border-spacing: 14px 6px">${
    list.map(([name, phone], i) => `<tr><td>${i + 1}</td><td>${name}</td><td>${phone}</td><td>军门社区</td></tr>`).join('')}</table>`)
  for (const [type, quality] of kinds) {
    const path = join(work, `list.${type}`)
    await page.screenshot({ path, type, quality })
    const { status, stdout, stderr } = spawnSync(program, ['trace', work, path], { encoding: 'utf8' })
    if (status === 0) named++
    console.log(`${size}px x${scale} ${font.slice(0, 12)} ${type}${quality ?? ''}: ${(stdout + stderr).trim()}`)
  }
  await context.close()
}
await browser.close()
rmSync(work, { recursive: true })
console.log(`pictures: ${named} of ${looks.length * kinds.length} name their screen`)
process.exit(named === looks.length * kinds.length ? 0 : 1)
