// The reference implementation of SD-JWT VC as a wallet and as a verifier of a credential that the running program gave: it finds keys,
// kind and status list by the addresses that stand in the credential alone.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes, webcrypto } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { attribute, openCity, Person } from '../oidc/city.mjs'

const es256 = { name: 'ECDSA', namedCurve: 'P-256' }
const b64 = (of) => Buffer.from(typeof of === 'string' ? of : JSON.stringify(of)).toString('base64url')
const sign = async (key, data) => Buffer.from(await webcrypto.subtle.sign({ ...es256, hash: 'SHA-256' }, key, Buffer.from(data))).toString('base64url')
const check = async (jwk, data, signature) =>
  webcrypto.subtle.verify({ ...es256, hash: 'SHA-256' }, await webcrypto.subtle.importKey('jwk', jwk, es256, true, ['verify']), Buffer.from(signature, 'base64url'), Buffer.from(data))
const hasher = async (data, alg) => new Uint8Array(await webcrypto.subtle.digest(alg.toUpperCase(), typeof data === 'string' ? Buffer.from(data) : data))
const common = { hasher, hashAlg: 'sha-256', saltGenerator: () => randomBytes(16).toString('base64url'), signAlg: 'ES256' }

const city = await openCity()
let checks = 0
const step = async (name, does) => {
  await does()
  checks++
  console.log(`ok ${name}`)
}
const phone = '13900000078'

try {
  const clerk = new Person(city)
  const granny = new Person(city)
  const holder = await webcrypto.subtle.generateKey(es256, false, ['sign', 'verify'])
  const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', holder.publicKey)
  let id, credential, keys, meta

  /** Whoever checks: the issuer's keys by the address in the credential, everything else by the library's own means. */
  const verifier = new SDJwtVcInstance({
    ...common,
    verifier: (data, signature) => check(keyOf(data), data, signature),
    statusVerifier: (data, signature) => check(keyOf(data), data, signature),
    kbVerifier: (data, signature, payload) => check(payload.cnf.jwk, data, signature),
  })
  const keyOf = (data) => {
    const { kid } = JSON.parse(Buffer.from(data.split('.')[0], 'base64url'))
    const key = keys.find((k) => k.kid === kid)
    assert.ok(key, `no key ${kid}`)
    return key
  }
  const wallet = new SDJwtVcInstance({ ...common, kbSigner: (data) => sign(holder.privateKey, data), kbSignAlg: 'ES256' })
  const present = (show, nonce, aud) =>
    wallet.present(credential, Object.fromEntries(show.map((n) => [n, true])), { kb: { payload: { iat: Math.floor(Date.now() / 1000), aud, nonce } } })

  await step('a clerk states over 60 and over 70', async () => {
    await clerk.signInStaff('junmen')
    const page = await clerk.ask('/desk/credentials', { do: 'find', phone })
    const form = new URLSearchParams({ do: 'give', form_id: attribute(page.text, /name="form_id" value="([^"]+)"/), phone, name: '陈阿婆', kind: 'senior', evidence: 'id_card', seen: '1' })
    for (const fact of ['age_over_60', 'age_over_70']) form.append('facts', fact)
    const given = await clerk.ask('/desk/credentials', form)
    assert.ok(given.text.includes('已开具'), given.text)
  })
  await step('the reference claims it for its own key', async () => {
    await granny.follow(await granny.signIn(phone, '/me/credentials'))
    id = attribute((await granny.ask('/me/credentials')).text, /data-credential="([^"]+)"/)
    const { nonce } = JSON.parse((await granny.ask(`/me/credentials/${id}/nonce`, {})).text)
    const said = `${b64({ alg: 'ES256', typ: 'openid4vci-proof+jwt', jwk: { kty, crv, x, y } })}.${b64({ aud: city.url, iat: Math.floor(Date.now() / 1000), nonce })}`
    const proof = `${said}.${await sign(holder.privateKey, said)}`
    const got = await granny.ask(`/me/credentials/${id}/claim`, { nonce, proof })
    credential = JSON.parse(got.text).credential
    assert.ok(credential, got.text)
    assert.equal((await granny.ask(`/me/credentials/${id}/claim`, { nonce, proof })).status, 422) // a second time
  })
  await step('keys and kind are found by the addresses in it', async () => {
    const { payload } = await wallet.decode(credential).then((c) => c.jwt)
    const answer = await fetch(`${payload.iss}/.well-known/jwt-vc-issuer`)
    assert.match(answer.headers.get('cache-control'), /public/)
    meta = await answer.json()
    assert.equal(meta.issuer, payload.iss)
    keys = meta.jwks.keys
    assert.ok(keys.every((k) => k.kty === 'EC' && k.kid && k.d === undefined))
    const { mergedTypeMetadata: kind } = await verifier.getVct(credential)
    assert.equal(kind.vct, payload.vct)
    assert.ok(kind.display.some((d) => d.locale === 'zh-Hans' && d.name === '长者凭证'))
    assert.deepEqual(kind.claims.map((c) => c.path[0]), ['age_over_60', 'age_over_70', 'age_over_80'])
    const list = await fetch(payload.status.status_list.uri)
    assert.match(list.headers.get('content-type'), /^application\/statuslist\+jwt/)
    assert.match(list.headers.get('cache-control'), /public, max-age=60/)
  })
  const shown = await present(['age_over_60'], 'n-1', 'https://canteen.example')
  const read = (text, nonce = 'n-1') => verifier.verify(text, { keyBindingNonce: nonce })
  await step('it is accepted by its status list, and only what was disclosed is seen', async () => {
    const { payload } = await read(shown)
    assert.equal(payload.age_over_60, true)
    assert.equal(payload.age_over_70, undefined)
    assert.deepEqual(Object.keys(payload).sort(), ['age_over_60', 'cnf', 'exp', 'iat', 'iss', 'status', 'vct'])
    for (const secret of [phone, '阿婆', '陈', id]) assert.ok(!JSON.stringify(payload).includes(secret))
  })
  const parts = shown.split('~')
  for (const [name, text, nonce] of [
    ['a dropped disclosure', [parts[0], parts[2]].join('~')], ['a wrong nonce', shown, 'n-2'],
    ...[parts[0].length >> 1, parts[0].length + 10, shown.length - 10].map((at) => [`a flipped byte at ${at}`, shown.slice(0, at) + (shown[at] === 'A' ? 'B' : 'A') + shown.slice(at + 1)]),
  ]) await step(`${name} is refused`, () => assert.rejects(read(text, nonce)))

  const ask = async (who = new Person(city)) => {
    const page = await who.follow(await who.ask('/verify', { want: 'senior age_over_60', name: '门口' }))
    return { who, page: page.url, code: attribute(page.text, /panel-number num">([\d ]+)</).replace(/\D/g, '') }
  }
  /** Answers a code of the program's own verifier page with what the reference presents. */
  const answer = async (a, show) => {
    const asked = await granny.ask(`/present/${a.code}`)
    const text = await present(show, attribute(asked.text, /data-nonce="([^"]+)"/), attribute(asked.text, /data-audience="([^"]+)"/))
    await granny.ask(`/present/${a.code}`, { text })
    return (await a.who.ask(a.page)).text
  }
  await step("the program's own verifier takes what the reference presents, and shows that alone", async () => {
    const seen = await answer(await ask(), ['age_over_60', 'age_over_70'])
    assert.ok(seen.includes('属实') && seen.includes('已满60周岁') && !seen.includes('已满70周岁'), seen)
  })
  const command = (...args) => {
    const file = join(city.data, 'shown.txt')
    writeFileSync(file, shown)
    return spawnSync(join(import.meta.dirname, '../../../bin/banyan'), ['credential', 'verify', '--issuer', city.url, '--audience', 'https://canteen.example', '--nonce', 'n-1', ...args, file], { encoding: 'utf8' })
  }
  await step('the command reads the same by the address of the issuer', async () => {
    const said = command()
    assert.equal(said.status, 0, said.stderr)
    const { claims, bound } = JSON.parse(said.stdout)
    assert.ok(bound && claims.age_over_60 && claims.age_over_70 === undefined)
  })
  await step('taken back, it is refused by the reference, the page and the command', async () => {
    await granny.ask(`/me/credentials/${id}/end`, {})
    await assert.rejects(read(shown), /status|revoked|invalid/i)
    assert.match(command().stderr, /taken back/)
    const seen = await answer(await ask(), ['age_over_60'])
    assert.ok(seen.includes('已被收回') && !seen.includes('已满60周岁'), seen)
  })
  assert.ok(!/level=ERROR|panic/.test(city.log), city.log)
  for (const secret of [phone, '阿婆', credential, shown]) assert.ok(!city.log.includes(secret), 'the log holds what it must not')
  console.log(`SD-JWT VC reference 0.19.0 through the running program: ${checks} steps passed`)
} finally {
  await city.stop()
}
