// The real program with a fresh demo city on a free loopback port, and people who walk through its pages without script.
import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../..')
const banyan = join(root, 'bin/banyan')

/** Starts the program; stop() ends it and removes its data. `settings` are added to banyan.yaml. */
export async function openCity(settings = '') {
  const data = mkdtempSync(join(tmpdir(), 'banyan-oidc-'))
  const made = spawnSync(banyan, ['init', '--data', data, '--pack', join(root, 'packs/fuzhou'), '--demo'], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`banyan init: ${made.stderr}`)
  appendFileSync(join(data, 'banyan.yaml'), settings)
  const program = spawn(banyan, ['serve', '--data', data, '--addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const city = { data, log: '', url: '' }
  const ended = new Promise((done) => program.once('exit', done))
  city.stop = async () => {
    program.kill('SIGTERM')
    await ended
    rmSync(data, { recursive: true, force: true })
  }
  program.stderr.on('data', (text) => (city.log += text))
  city.url = await new Promise((found, fail) => {
    let text = ''
    program.stdout.on('data', (more) => {
      text += more
      const match = text.match(/http:\/\/127\.0\.0\.1:\d+/)
      if (match) found(match[0])
    })
    program.once('exit', (code) => fail(new Error(`banyan serve ended with ${code}: ${city.log}`)))
  })
  for (let tries = 0; (await fetch(`${city.url}/healthz`).catch(() => null))?.status !== 200; tries++) {
    if (tries === 2400) throw new Error(`/healthz does not answer: ${city.log}`)
    await new Promise((soon) => setTimeout(soon, 50))
  }
  return city
}

/** Somebody with cookies of their own, for every host they come to. */
export class Person {
  constructor(city) {
    this.city = city
    this.cookies = {}
  }

  /** Asks once, without following; path may be a whole address. */
  async ask(path, form) {
    const url = new URL(path, this.city.url)
    const jar = (this.cookies[url.host] ??= new Map())
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '), 'accept-language': 'zh-CN', accept: 'text/html' }
    const answer = await fetch(url, form ? { method: 'POST', headers, redirect: 'manual', body: new URLSearchParams(form) } : { headers, redirect: 'manual' })
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';')
      const at = pair.indexOf('=')
      jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return { status: answer.status, to: answer.headers.get('location'), refresh: answer.headers.get('refresh'), text: await answer.text(), url: url.href }
  }

  /** Follows redirects as long as they stay with `hosts`, by default the city. */
  async follow(answer, hosts = [new URL(this.city.url).host]) {
    for (let steps = 0; steps < 20 && answer.to; steps++) {
      const next = new URL(answer.to, answer.url)
      if (!hosts.includes(next.host)) return { ...answer, left: next.href }
      answer = await this.ask(next.href)
    }
    const back = answer.refresh?.match(/^0; url=(.*)$/)?.[1]
    return back ? { ...answer, left: back } : answer
  }

  async signInStaff(login) {
    const answer = await this.ask('/staff/signin', { login, password: 'banyan-demo' })
    if (answer.status !== 303) throw new Error(`${login} cannot sign in: ${answer.status}`)
  }

  /** Signs a citizen in by phone and the code that the development page shows; gives where it leads. */
  async signIn(phone, to) {
    const asked = await this.ask('/signin', { phone, to })
    if (asked.status !== 200) throw new Error(`no code is sent: ${asked.status} ${asked.text}`)
    for (let tries = 0; tries < 200; tries++) {
      const sent = await this.ask('/dev/outbox')
      const code = sent.text.match(/登录验证码 (\d{6})/)?.[1] // a number of a case has six digits, too
      if (code) {
        const answer = await this.ask('/signin/code', { phone, code, to })
        if (answer.status === 303) return answer
      }
      await new Promise((soon) => setTimeout(soon, 50))
    }
    throw new Error('the code did not come')
  }
}

/** What a page's tag with an attribute says, as text. */
export function attribute(html, pattern) {
  return html.match(pattern)?.[1]?.replaceAll('&amp;', '&')
}
