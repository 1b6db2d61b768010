// A C2SP tlog-proof, checked with the reader's own browser: the row it holds lies in the log whose key signed the head.

export type Proven = { row: string; place: bigint; size: bigint; name: string };

// Old says that the browser cannot check Ed25519 signatures.
export class Old extends Error {}

const utf8 = new TextEncoder();

// check throws when anything does not fit.
export async function check(receipt: string, key: string): Promise<Proven> {
  const [top, text, signatures] = receipt.split("\n\n");
  if (top === undefined || text === undefined || signatures === undefined) throw new Error("no receipt");
  const lines = top.split("\n");
  if (lines[0] !== "c2sp.org/tlog-proof@v1" || !lines[1]?.startsWith("extra ") || !lines[2]?.startsWith("index ")) throw new Error("no receipt");
  const row = bytes(lines[1].slice(6));
  const place = number(lines[2].slice(6));
  const path = lines.slice(3).map(bytes);

  const [name, size, root] = text.split("\n");
  if (name === undefined || size === undefined || root === undefined) throw new Error("no head");
  await signed(text + "\n", signatures, name, key);
  const entry = await hash(row);
  await included(await hash(join([0], entry)), place, number(size), path, bytes(root));
  return { row: new TextDecoder("utf-8", { fatal: true }).decode(row), place, size: number(size), name };
}

// signed holds that the key signed the head, which is the key's own (C2SP signed-note, Ed25519). Of several lines the first counts: no
// browser knows the algorithms of the others.
async function signed(text: string, signatures: string, name: string, key: string) {
  const [owner, id, coded] = split(key.trim().split(/\s/)[0]!, "+");
  const raw = bytes(coded);
  if (owner !== name || raw.length !== 33 || raw[0] !== 1) throw new Error("another log");
  const sum = (await hash(join(utf8.encode(owner + "\n"), raw))).slice(0, 4);
  if (hex(sum) !== id) throw new Error("the key is mistyped");
  let known: CryptoKey;
  try {
    known = await crypto.subtle.importKey("raw", raw.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Old();
  }
  for (const line of signatures.split("\n")) {
    const [, signer, coded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    if (signer !== owner || coded === undefined) continue;
    const signature = bytes(coded);
    if (hex(signature.slice(0, 4)) !== id) continue;
    if (await crypto.subtle.verify({ name: "Ed25519" }, known, signature.slice(4), utf8.encode(text))) return;
  }
  throw new Error("not signed");
}

// included walks from the leaf to the root (RFC 9162, section 2.1.3.2).
async function included(leaf: Uint8Array<ArrayBuffer>, place: bigint, size: bigint, path: Uint8Array<ArrayBuffer>[], root: Uint8Array<ArrayBuffer>) {
  if (place >= size) throw new Error("outside the log");
  let [at, last, sum] = [place, size - 1n, leaf];
  for (const beside of path) {
    if (last === 0n) throw new Error("too long a proof");
    if (at % 2n === 1n || at === last) {
      sum = await hash(join([1], beside, sum));
      while (at % 2n === 0n && at !== 0n) [at, last] = [at / 2n, last / 2n];
    } else {
      sum = await hash(join([1], sum, beside));
    }
    [at, last] = [at / 2n, last / 2n];
  }
  if (last !== 0n || hex(sum) !== hex(root)) throw new Error("not in the log");
}

async function hash(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  if (!crypto.subtle) throw new Old();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function number(text: string): bigint {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) throw new Error("no number");
  return BigInt(text);
}

function hex(data: Uint8Array): string {
  return Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
}

function join(...parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((p) => Array.from(p)));
}

// split cuts a key into name, id and bytes; the bytes may hold the sign itself.
function split(text: string, by: string): [string, string, string] {
  const first = text.indexOf(by);
  const second = text.indexOf(by, first + 1);
  if (first < 0 || second < 0) throw new Error("no key");
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}
