// The reference implementation reads what we issue, and we read what it issues.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes, webcrypto } from 'node:crypto'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'

const ours = (what, input) => JSON.parse(execFileSync(process.argv[2], [what], { input: input && JSON.stringify(input), encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }))
const es256 = { name: 'ECDSA', namedCurve: 'P-256' }
const imported = (jwk, use) => webcrypto.subtle.importKey('jwk', jwk, es256, true, [use])
const check = async (jwk, data, signature) =>
  webcrypto.subtle.verify({ ...es256, hash: 'SHA-256' }, await imported(jwk, 'verify'), Buffer.from(signature, 'base64url'), Buffer.from(data))
const sign = async (key, data) => Buffer.from(await webcrypto.subtle.sign({ ...es256, hash: 'SHA-256' }, key, Buffer.from(data))).toString('base64url')
const hasher = async (data, alg) => new Uint8Array(await webcrypto.subtle.digest(alg.toUpperCase(), typeof data === 'string' ? Buffer.from(data) : data))

const said = ours('issue')
const common = { hasher, hashAlg: 'sha-256', saltGenerator: () => randomBytes(16).toString('base64url'), signAlg: 'ES256' }
const reader = (list) => new SDJwtVcInstance({
  ...common,
  verifier: (data, signature) => check(said.key, data, signature),
  kbVerifier: (data, signature, payload) => check(payload.cnf.jwk, data, signature),
  statusListFetcher: async () => list,
  statusVerifier: (data, signature) => check(said.key, data, signature),
})
const read = (text, { nonce = said.nonce, list = said.list } = {}) => reader(list).verify(text, { keyBindingNonce: nonce })
let done = 0
const holds = async (name, promise) => { await promise; done++; console.log(`ok ${name}`) }
const refused = (name, promise) => holds(name, assert.rejects(promise))

await holds('it accepts our credential and sees what is shown alone', (async () => {
  const { payload } = await read(said.shown)
  assert.equal(payload.over_60, true)
  assert.equal(payload.iss, 'https://12345.example')
  for (const hidden of ['district', 'name']) assert.equal(payload[hidden], undefined)
  assert.ok(!said.shown.includes(Buffer.from('张三').toString('base64url')))
})())
const parts = said.shown.split('~')
await refused('a dropped disclosure', read([parts[0], ...parts.slice(2)].join('~')))
await refused('a wrong nonce', read(said.shown, { nonce: 'n-2' }))
await refused('a credential that was taken back', read(said.shown, { list: said.revoked }))
for (const at of [parts[0].length >> 1, parts[0].length + 10, said.shown.length - 10]) {
  const c = said.shown[at] === 'A' ? 'B' : 'A'
  await refused(`a flipped byte at ${at}`, read(said.shown.slice(0, at) + c + said.shown.slice(at + 1)))
}

const issuer = await webcrypto.subtle.generateKey(es256, true, ['sign', 'verify'])
const holder = await webcrypto.subtle.generateKey(es256, true, ['sign', 'verify'])
const jwk = async (key) => { const { kty, crv, x, y } = await webcrypto.subtle.exportKey('jwk', key); return { kty, crv, x, y } }
const theirs = new SDJwtVcInstance({
  ...common, signer: (data) => sign(issuer.privateKey, data), verifier: async (data, signature) => check(await jwk(issuer.publicKey), data, signature),
  kbSigner: (data) => sign(holder.privateKey, data), kbSignAlg: 'ES256',
})
const now = Math.floor(Date.now() / 1000)
const credential = await theirs.issue(
  { iss: 'https://other.example', iat: now, vct: 'https://other.example/card', cnf: { jwk: await jwk(holder.publicKey) }, over_60: true, district: '350102' },
  { _sd: ['over_60', 'district'] },
)
const shown = await theirs.present(credential, { district: true }, { kb: { payload: { iat: now, aud: said.audience, nonce: said.nonce } } })
await holds('we accept its credential and see what is shown alone', (async () => {
  const claims = ours('verify', { key: await jwk(issuer.publicKey), shown, nonce: said.nonce })
  assert.equal(claims.district, '350102')
  assert.equal(claims.over_60, undefined)
})())
await holds('we refuse its presentation for another question', (async () => assert.throws(() => ours('verify', { key: {}, shown, nonce: 'n-2' })))())
console.log(`SD-JWT VC reference 0.19.0: ${done} checks passed`)
