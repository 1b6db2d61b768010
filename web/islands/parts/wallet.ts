// What a browser keeps of credentials, and how it signs. The private key is made so that it cannot be taken out; it stays in this
// browser's own database.

export type Kept = { id: string; owner: string; text: string; key: CryptoKey; holder: string; at: number };

const es256 = { name: "ECDSA", namedCurve: "P-256" };
const text = new TextEncoder();

function open(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const ask = indexedDB.open("banyan.wallet", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore("credentials", { keyPath: "id" });
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });
}

async function within<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await open();
  try {
    const tx = db.transaction("credentials", mode);
    const ask = act(tx.objectStore("credentials"));
    await new Promise<void>((done, fail) => {
      tx.oncomplete = () => done();
      tx.onerror = tx.onabort = () => fail(tx.error);
    });
    return ask.result;
  } finally {
    db.close();
  }
}

/** Whether this browser can keep a key; a private window may not. */
export async function fit(): Promise<boolean> {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
  return open().then((db) => (db.close(), true), () => false);
}

export const keep = (one: Kept) => within("readwrite", (s) => s.put(one));
export const forget = (id: string) => within("readwrite", (s) => s.delete(id));
export const kept = async (owner: string) => (await within<Kept[]>("readonly", (s) => s.getAll())).filter((one) => one.owner === owner);

export function b64(bytes: ArrayBuffer | Uint8Array): string {
  let out = "";
  for (const b of new Uint8Array(bytes)) out += String.fromCharCode(b);
  return btoa(out).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unb64(part: string): string {
  const raw = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(raw, (c) => c.charCodeAt(0)));
}

const digest = async (of: string) => b64(await crypto.subtle.digest("SHA-256", text.encode(of)));

async function sign(header: object, claims: object, key: CryptoKey): Promise<string> {
  const said = b64(text.encode(JSON.stringify(header))) + "." + b64(text.encode(JSON.stringify(claims)));
  return said + "." + b64(await crypto.subtle.sign({ ...es256, hash: "SHA-256" }, key, text.encode(said)));
}

const now = () => Math.floor(Date.now() / 1000);

/** A new key, and the proof that this browser has it (OpenID for Verifiable Credential Issuance). */
export async function prove(audience: string, nonce: string): Promise<{ key: CryptoKey; holder: string; proof: string }> {
  const pair = await crypto.subtle.generateKey(es256, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const header = { alg: "ES256", typ: "openid4vci-proof+jwt", jwk: { kty, crv, x, y } };
  const holder = await digest(JSON.stringify({ crv, kty, x, y })); // RFC 7638
  return { key: pair.privateKey, holder, proof: await sign(header, { aud: audience, iat: now(), nonce }, pair.privateKey) };
}

/** What a credential can show, by name. */
export function names(credential: string): string[] {
  return credential.split("~").slice(1, -1).map((d) => JSON.parse(unb64(d))[1] as string);
}

export const kindOf = (credential: string): string => JSON.parse(unb64(credential.split(".")[1])).vct;

/** The named claims alone, bound to whoever asked and to their question (SD-JWT+KB). */
export async function present(one: Kept, show: string[], audience: string, nonce: string): Promise<string> {
  const parts = one.text.split("~");
  const shown = [parts[0], ...parts.slice(1, -1).filter((d) => show.includes(JSON.parse(unb64(d))[1])), ""].join("~");
  return shown + (await sign({ alg: "ES256", typ: "kb+jwt" }, { iat: now(), aud: audience, nonce, sd_hash: await digest(shown) }, one.key));
}
