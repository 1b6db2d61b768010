// A photo made by the browser's own canvas: a real JPEG without a picture file in the repository.

/** A small JPEG of a dark street with one lamp, as a file for an input. */
export async function photo(browser, name = 'lamp.jpg') {
  const context = await browser.newContext()
  const page = await context.newPage()
  const base64 = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 240
    const pen = canvas.getContext('2d')
    pen.fillStyle = '#1b2430'
    pen.fillRect(0, 0, 320, 240)
    pen.fillStyle = '#6b7280'
    pen.fillRect(150, 60, 8, 160)
    pen.fillRect(150, 60, 60, 6)
    pen.fillStyle = '#3a4350'
    pen.fillRect(200, 64, 20, 12)
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1]
  })
  await context.close()
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') }
}
