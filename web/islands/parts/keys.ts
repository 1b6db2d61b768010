// Keys for lists and buttons. Single keys can be switched off (WCAG 2.1.4); Ctrl+K always finds the search.

const stored = "banyan.keys";

export function listenToKeys(): void {
  const toggle = document.querySelector<HTMLButtonElement>("[data-keys-switch]");
  toggle?.setAttribute("aria-pressed", String(on()));
  toggle?.addEventListener("click", () => {
    localStorage.setItem(stored, on() ? "off" : "on");
    toggle.setAttribute("aria-pressed", String(on()));
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key.toLowerCase() === "k") press(event, find("/"));
    if (event.ctrlKey || event.metaKey || event.altKey || !on() || typing(event.target as HTMLElement)) return;
    const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
    if (key === "J" || key === "K") move(event, key === "J" ? 1 : -1);
    else press(event, find(key));
  });
}

function on(): boolean {
  return localStorage.getItem(stored) !== "off";
}

function typing(target: HTMLElement): boolean {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function find(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
}

function press(event: Event, target: HTMLElement | null): void {
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.tagName !== "INPUT") target.click();
}

// move goes to the next or previous row from the focused or the selected one.
function move(event: Event, by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-rows] a.row")];
  if (!rows.length) return;
  let at = rows.indexOf(document.activeElement as HTMLElement);
  if (at < 0) at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  event.preventDefault();
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
