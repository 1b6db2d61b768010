// Two other implementations of SM2, SM3 and SM4, npm sm-crypto-v2 and the machine's OpenSSL, read what internal/platform/suite makes,
// and it reads what they make.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hkdf, sm2, sm3, sm4 } from 'sm-crypto-v2'

const hex = (b) => Buffer.from(b).toString('hex')
const lengths = [0, 1, 15, 16, 17, 55, 56, 63, 64, 65, 127, 1000, 70000]
const texts = lengths.map((n) => randomBytes(n))
const ask = (questions) => {
  const { stdout, status, stderr } = spawnSync(process.argv[2], { input: questions.map((q) => JSON.stringify(q)).join('\n'), encoding: 'utf8', maxBuffer: 1 << 26 })
  assert.equal(status, 0, stderr)
  return stdout.trim().split('\n').map((line) => JSON.parse(line))
}
const one = (q) => ask([q])[0]
let done = 0
const holds = (name, test) => { test(); done++; console.log(`ok ${name}`) }

const dir = mkdtempSync(join(tmpdir(), 'suite-'))
process.on('exit', () => rmSync(dir, { recursive: true }))
const file = (name, body) => { const path = join(dir, name); if (body !== undefined) writeFileSync(path, body); return path }
const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
const passes = (...args) => spawnSync('openssl', args, { stdio: 'ignore' }).status === 0
const whose = 'distid:1234567812345678'
// The public key as SubjectPublicKeyInfo (RFC 5480 with the curve's object identifier 1.2.156.10197.1.301).
const pem = (point) => `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex'), Buffer.from(point, 'hex')]).toString('base64')}\n-----END PUBLIC KEY-----\n`

holds('SM3: OpenSSL and sm-crypto-v2 make our digests', () => {
  const ours = ask(texts.map((t) => ({ Do: 'sum', Text: hex(t) })))
  texts.forEach((t, i) => {
    assert.equal(ours[i].out, sm3(new Uint8Array(t)))
    assert.equal(ours[i].out, openssl('dgst', '-sm3', '-r', file('text', t)).toString().slice(0, 64))
  })
})

holds('HMAC with SM3: OpenSSL and sm-crypto-v2 make our digests', () => {
  for (const key of [randomBytes(16), randomBytes(32), randomBytes(64), randomBytes(100)]) {
    const ours = ask(texts.map((t) => ({ Do: 'mac', Key: hex(key), Text: hex(t) })))
    texts.forEach((t, i) => {
      assert.equal(ours[i].out, openssl('dgst', '-sm3', '-mac', 'HMAC', '-macopt', `hexkey:${hex(key)}`, '-r', file('text', t)).toString().slice(0, 64))
      if (t.length > 0 && key.length <= 64) assert.equal(ours[i].out, sm3(new Uint8Array(t), { key: new Uint8Array(key) }))
    })
  }
})

holds('HKDF with SM3: OpenSSL makes our keys, and so does sm-crypto-v2', () => {
  for (const size of [16, 32, 40, 100]) {
    const [key, salt, use] = [randomBytes(32), randomBytes(26), randomBytes(30)]
    const { out } = one({ Do: 'derive', Key: hex(key), Salt: hex(salt), Use: hex(use), Size: size })
    const theirs = openssl('kdf', '-keylen', String(size), '-kdfopt', 'digest:SM3', '-kdfopt', `hexkey:${hex(key)}`, '-kdfopt', `hexsalt:${hex(salt)}`, '-kdfopt', `hexinfo:${hex(use)}`, 'HKDF')
    assert.equal(out, theirs.toString().replaceAll(':', '').trim().toLowerCase())
    assert.equal(out, hex(hkdf(new Uint8Array(key), new Uint8Array(salt), new Uint8Array(use), size)))
  }
})

holds('SM4-GCM: sm-crypto-v2 opens what we seal, OpenSSL finds our text by SM4-CTR', () => {
  for (const text of texts.slice(1)) {
    const [key, place] = [randomBytes(16), randomBytes(20)]
    const sealed = Buffer.from(one({ Do: 'seal', Key: hex(key), Place: hex(place), Text: hex(text) }).out, 'hex')
    const [iv, body, tag] = [sealed.subarray(0, 12), sealed.subarray(12, -16), sealed.subarray(-16)]
    assert.equal(hex(sm4.decrypt(new Uint8Array(body), new Uint8Array(key), { mode: 'gcm', iv: new Uint8Array(iv), associatedData: new Uint8Array(place), tag: new Uint8Array(tag), output: 'array' })), hex(text))
    const counter = hex(iv) + '00000002' // NIST SP 800-38D, 7.1
    assert.equal(hex(openssl('enc', '-d', '-sm4-ctr', '-K', hex(key), '-iv', counter, '-in', file('body', body))), hex(text))
  }
})

holds('SM4-GCM: we open what sm-crypto-v2 seals, and nothing that was altered or moved', () => {
  for (const text of texts.slice(1, 12)) {
    const [key, place, iv] = [randomBytes(16), randomBytes(20), randomBytes(12)]
    const { output, tag } = sm4.encrypt(new Uint8Array(text), new Uint8Array(key), { mode: 'gcm', iv: new Uint8Array(iv), associatedData: new Uint8Array(place), output: 'array', outputTag: true })
    const sealed = Buffer.concat([iv, Buffer.from(output), Buffer.from(tag)])
    const bad = Buffer.from(sealed)
    bad[12] ^= 1
    const [right, altered, moved] = ask([
      { Do: 'open', Key: hex(key), Place: hex(place), Text: hex(sealed) },
      { Do: 'open', Key: hex(key), Place: hex(place), Text: hex(bad) },
      { Do: 'open', Key: hex(key), Place: hex(iv), Text: hex(sealed) },
    ])
    assert.deepEqual([right.out, altered.refused, moved.refused], [hex(text), true, true])
  }
})

holds('SM2: OpenSSL and sm-crypto-v2 verify what we sign, and nothing else', () => {
  for (const text of texts) {
    const key = hex(randomBytes(32))
    const [{ out: point }, { out: signature }] = ask([{ Do: 'public', Key: key }, { Do: 'sign', Key: key, Text: hex(text) }])
    assert.equal(sm2.doVerifySignature(new Uint8Array(text), signature, point, { hash: true, der: true }), true)
    const verify = (body) => passes('dgst', '-sm3', '-verify', file('key.pem', pem(point)), '-sigopt', whose, '-signature', file('sig', Buffer.from(signature, 'hex')), file('text', body))
    assert.equal(verify(text), true)
    assert.equal(verify(Buffer.concat([text, Buffer.from('.')])), false)
  }
})

holds('SM2: we verify what OpenSSL and sm-crypto-v2 sign, and nothing else', () => {
  openssl('genpkey', '-algorithm', 'SM2', '-out', file('own.pem'))
  const point = hex(openssl('pkey', '-in', file('own.pem'), '-pubout', '-outform', 'DER').subarray(-65))
  for (const text of texts) {
    const signature = hex(openssl('dgst', '-sm3', '-sign', file('own.pem'), '-sigopt', whose, file('text', text)))
    const pair = sm2.generateKeyPairHex()
    const theirs = sm2.doSignature(new Uint8Array(text), pair.privateKey, { hash: true, der: true })
    const [a, b, c, d] = ask([
      { Do: 'verify', Public: point, Text: hex(text), Signature: signature },
      { Do: 'verify', Public: pair.publicKey, Text: hex(text), Signature: theirs },
      { Do: 'verify', Public: pair.publicKey, Text: hex(text) + '00', Signature: theirs },
      { Do: 'verify', Public: point, Text: hex(text), Signature: theirs },
    ])
    assert.deepEqual([a.refused, b.refused, c.refused, d.refused], [false, false, true, true])
  }
})

holds('a head that OpenSSL signs by SM2 verifies as one of ours, by the text of docs/cryptography.md', () => {
  const [name, point] = ['12345.example/trail', openssl('pkey', '-in', file('own.pem'), '-pubout', '-outform', 'DER').subarray(-65)]
  const raw = Buffer.concat([Buffer.from([0xff]), Buffer.from('banyan.sm2-with-sm3.v1'), point])
  const id = createHash('sha256').update(`${name}\n`).update(raw).digest().subarray(0, 4)
  const text = `${name}\n3\n${randomBytes(32).toString('base64')}\n`
  const signature = openssl('dgst', '-sm3', '-sign', file('own.pem'), '-sigopt', whose, file('text', text))
  const note = `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`
  const Keys = `${name}+${hex(id)}+${raw.toString('base64')}`
  const [right, wrong] = ask([{ Do: 'head', Note: note, Keys }, { Do: 'head', Note: note.replace('\n3\n', '\n4\n'), Keys }])
  assert.deepEqual([right.refused, wrong.refused], [false, true])
})

console.log(`${done} promises hold between us, sm-crypto-v2 and ${openssl("version").toString().trim()}`)
