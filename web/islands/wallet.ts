// The holder's pages: credentials are put on this device, and shown from it.
import qrcode from "qrcode-generator";
import { fit, forget, keep, kept, kindOf, names, present, prove, type Kept } from "./parts/wallet";

const all = <T extends HTMLElement>(of: ParentNode, selector: string) => [...of.querySelectorAll<T>(selector)];
const reveal = (of: ParentNode, selector: string, visible = true) => all(of, selector).forEach((e) => (e.hidden = !visible));

const page = document.querySelector<HTMLElement>("[data-wallet]");
const form = document.querySelector<HTMLFormElement>("[data-present]");
if (page) void hold(page);
if (form) void show(form);

/** Says of each credential whether it is on this device, and offers to put it there. */
async function hold(page: HTMLElement) {
  if (!(await fit())) return reveal(page, "[data-unfit]");
  const owner = page.dataset.owner!;
  const own = new Map((await kept(owner)).map((one) => [one.id, one]));
  for (const gone of all(document, "[data-gone]")) await forget(gone.dataset.gone!);
  for (const card of all(page, "[data-credential]")) {
    const here = own.get(card.dataset.credential!)?.holder === card.dataset.holder && card.dataset.holder !== "";
    reveal(card, "[data-here]", here);
    reveal(card, "[data-elsewhere]", !here);
    reveal(card, "[data-claim]", !here);
    card.querySelector("[data-do=claim]")?.addEventListener("click", (event) => void claim(page, card, event.currentTarget as HTMLButtonElement));
  }
}

async function claim(page: HTMLElement, card: HTMLElement, button: HTMLButtonElement) {
  button.disabled = true;
  reveal(page, "[data-failed]", false);
  const id = card.dataset.credential!;
  try {
    const { nonce } = await send(`/me/credentials/${id}/nonce`, {});
    const { key, holder, proof } = await prove(page.dataset.issuer!, nonce);
    const { credential } = await send(`/me/credentials/${id}/claim`, { nonce, proof });
    await keep({ id, owner: page.dataset.owner!, text: credential, key, holder, at: Date.now() });
    location.reload();
  } catch (err) {
    button.disabled = false;
    page.querySelector("[data-failure]")!.textContent = (err as Error).message;
    reveal(page, "[data-failed]");
    page.querySelector("[data-failed]")!.scrollIntoView({ block: "center" });
  }
}

async function send(path: string, fields: Record<string, string>): Promise<Record<string, string>> {
  const answer = await fetch(path, { method: "POST", body: new URLSearchParams(fields), headers: { accept: "application/json" } });
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 403 && !said.error) location.href = path.replace(/\/\w+$/, "/device"); // asks who is at the screen, and comes back
  if (!answer.ok) throw new Error(said.error ?? said.detail ?? "");
  return said;
}

/** Finds the credential that is asked for, and shows what stays ticked: by sending it, or on this screen. */
async function show(form: HTMLFormElement) {
  if (!(await fit())) return reveal(form, "[data-unfit]");
  const { owner, kind, audience, nonce } = form.dataset as Record<string, string>;
  const wanted = all(form, "[data-want]").map((e) => e.dataset.want!);
  const fitting = (await kept(owner)).filter((one) => kindOf(one.text) === kind && names(one.text).some((n) => wanted.includes(n)));
  const one = fitting.sort((a, b) => b.at - a.at)[0];
  if (!one) return reveal(form, "[data-none]");
  for (const line of all(form, "[data-want]")) {
    if (names(one.text).includes(line.dataset.want!)) continue;
    const box = line.querySelector("input")!;
    box.checked = false;
    box.disabled = true;
    reveal(line, "[data-lacks]");
  }
  reveal(form, "[data-ready-to-show]");
  const chosen = () => all<HTMLInputElement>(form, "[data-show]").filter((b) => b.checked).map((b) => b.dataset.show!);
  let signed = false;
  form.addEventListener("submit", async (event) => {
    if (signed) return;
    event.preventDefault();
    form.querySelector<HTMLInputElement>("[name=text]")!.value = await present(one, chosen(), audience, nonce);
    signed = true;
    form.submit();
  });
  form.querySelector("[data-do=qr]")!.addEventListener("click", () => void draw(one, chosen(), audience, nonce));
}

async function draw(one: Kept, chosen: string[], audience: string, nonce: string) {
  const text = await present(one, chosen, audience, nonce);
  const code = qrcode(0, "L");
  code.addData(text, "Byte");
  code.make();
  const n = code.getModuleCount();
  let path = "";
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`;
  const svg = element("svg", { class: "qr", viewBox: `-4 -4 ${n + 8} ${n + 8}`, "shape-rendering": "crispEdges" });
  svg.append(element("rect", { class: "qr-paper", x: "-4", y: "-4", width: `${n + 8}`, height: `${n + 8}` }), element("path", { class: "qr-dots", d: path }));
  document.querySelector("[data-qr]")!.replaceChildren(svg);
  document.querySelector<HTMLTextAreaElement>("[data-shown]")!.value = text;
  reveal(document, "[data-drawn]");
  document.querySelector("[data-drawn]")!.scrollIntoView();
}

function element(name: string, attributes: Record<string, string>): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  return e;
}
