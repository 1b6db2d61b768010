// One live connection per browser: the tab that holds the lock listens for all tabs, and hands it on when hidden.
// Signals may be lost; they only say "look again". Without Web Locks a page looks again each minute.

type Word = { want: string[] } | { hit: string };

export function live(): void {
  const topics = (document.querySelector<HTMLMetaElement>('meta[name="live"]')?.content ?? "").split(",").filter(Boolean);
  if (!topics.length) return;
  if (!navigator.locks || !("BroadcastChannel" in window)) {
    setInterval(() => document.hidden || tellAll(), 60_000);
    return;
  }
  new Listener(topics).start();
}

class Listener {
  private readonly channel = new BroadcastChannel("banyan.live");
  private readonly wanted: Set<string>;
  private source?: EventSource;
  private waiting?: AbortController;
  private handOn?: () => void;

  constructor(private readonly topics: string[]) {
    this.wanted = new Set(topics);
  }

  start(): void {
    this.channel.onmessage = (event: MessageEvent<Word>) => this.hear(event.data);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.leave() : this.join()));
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => event.persisted && this.join());
    if (!document.hidden) this.join();
  }

  private hear(word: Word): void {
    if ("hit" in word) return tell(word.hit);
    const before = this.wanted.size;
    word.want.forEach((topic) => this.wanted.add(topic));
    if (this.source && this.wanted.size > before) this.open();
  }

  private join(): void {
    this.channel.postMessage({ want: this.topics });
    this.waiting = new AbortController();
    navigator.locks
      .request("banyan.live", { signal: this.waiting.signal }, () => this.lead())
      .catch(() => undefined); // left before it was our turn
  }

  private lead(): Promise<void> {
    this.open();
    return new Promise((done) => (this.handOn = done));
  }

  private open(): void {
    this.source?.close();
    this.source = new EventSource("/live?topics=" + encodeURIComponent([...this.wanted].join(",")));
    this.source.addEventListener("live", (event) => {
      const { topic } = JSON.parse((event as MessageEvent<string>).data) as { topic: string };
      tell(topic);
      this.channel.postMessage({ hit: topic });
    });
  }

  private leave(): void {
    this.waiting?.abort();
    this.source?.close();
    this.source = undefined;
    this.handOn?.();
    this.handOn = undefined;
  }
}

const soon = new Map<string, number>();

// tell gathers the signals of half a second into one.
function tell(topic: string): void {
  if (soon.has(topic)) return;
  soon.set(topic, window.setTimeout(() => {
    soon.delete(topic);
    for (const place of document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`)) place.dispatchEvent(new Event("live"));
  }, 500));
}

function tellAll(): void {
  for (const place of document.querySelectorAll("[data-live]")) place.dispatchEvent(new Event("live"));
}
