// The page that checks a receipt inside the browser: what is chosen here is not sent anywhere.
import { check, Old, type Proven } from "./parts/proof";

const form = document.querySelector<HTMLFormElement>("[data-verify]");
const told = document.querySelector<HTMLElement>("[data-verified]");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = form.querySelector<HTMLInputElement>("[name=receipt]")?.files?.[0];
  const key = form.querySelector<HTMLTextAreaElement>("[name=key]")?.value ?? "";
  if (!told || !file) return;
  try {
    const proven = await check(await file.text(), key);
    tell(told, "proven", proven);
  } catch (err) {
    tell(told, err instanceof Old ? "old" : "wrong");
  }
});

// tell shows one outcome, and the row that was proven.
function tell(box: HTMLElement, outcome: string, proven?: Proven) {
  for (const one of box.querySelectorAll<HTMLElement>("[data-outcome]")) one.hidden = one.dataset.outcome !== outcome;
  const list = box.querySelector<HTMLElement>("[data-row]")!;
  list.replaceChildren();
  list.hidden = !proven;
  if (!proven) return;
  const row: Record<string, unknown> = JSON.parse(proven.row);
  const words: Record<string, string> = JSON.parse(list.dataset.words ?? "{}");
  for (const [name, value] of [...Object.entries(row), ["log", proven.name], ["place", `${proven.place} / ${proven.size}`]] as [string, unknown][]) {
    if (!words[name] || value === "") continue; // the form's version, and what the row leaves empty
    const line = document.createElement("div");
    const said = Array.isArray(value) ? value.map((v) => words[`field.${v}`] ?? v).join(", ") : String(value);
    line.append(element("dt", words[name]), element("dd", words[said] ?? said));
    list.append(line);
  }
}

function element(name: string, text: string): HTMLElement {
  const e = document.createElement(name);
  e.textContent = text;
  return e;
}
