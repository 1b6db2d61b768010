// The place of a report: phone, photo or a pin on the schematic map, which is loaded only when asked for.
import type { Position } from "./exif";

export type Picker = (box: HTMLElement, shapes: string, label: string, at: Position | undefined, picked: (p: Position) => void) => void;

declare global {
  interface Window {
    banyanPlace?: Picker;
  }
}

export function place(card: HTMLElement | null): { fromPhoto(p: Position): void } | undefined {
  if (!card) return undefined;
  const value = (name: string) => card.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
  const said = card.querySelector<HTMLElement>("[data-place-said]")!;
  const box = card.querySelector<HTMLElement>("[data-place-map]")!;

  const current = (): Position | undefined =>
    value("lat").value ? { lat: Number(value("lat").value), lon: Number(value("lon").value) } : undefined;

  function set(p: Position, accuracy: number | undefined, words: string): void {
    value("lat").value = p.lat.toFixed(6);
    value("lon").value = p.lon.toFixed(6);
    value("accuracy").value = accuracy === undefined ? "" : String(Math.round(accuracy));
    said.textContent = words.replace("{metres}", String(Math.round(accuracy ?? 0)));
    card!.dispatchEvent(new Event("placed", { bubbles: true }));
  }

  card.querySelector("[data-locate]")?.addEventListener("click", () => {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => set({ lat: coords.latitude, lon: coords.longitude }, coords.accuracy, card.dataset.found ?? ""),
      () => (said.textContent = card.dataset.refused ?? ""),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  });

  card.querySelector("[data-pick]")?.addEventListener("click", async () => {
    await load(card.dataset.picker!, card.dataset.pickerStyle!);
    box.hidden = false;
    window.banyanPlace!(box, card.dataset.shapes!, card.dataset.map ?? "", current(), (p) => set(p, undefined, card.dataset.pinned ?? ""));
  }, { once: true });

  return { fromPhoto: (p) => current() || set(p, undefined, card.dataset.photo ?? "") };
}

function load(script: string, style: string): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = style;
  document.head.append(link);
  return new Promise((done, refuse) => {
    const tag = document.createElement("script");
    tag.src = script;
    tag.onload = () => done();
    tag.onerror = refuse;
    document.head.append(tag);
  });
}
