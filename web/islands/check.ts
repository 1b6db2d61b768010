// The page of whoever checks a credential: reads a code by the camera where the browser can, and one that came in the address, as a
// phone's own camera opens it. Typing and pasting work without.
export {};

declare class BarcodeDetector {
  static getSupportedFormats(): Promise<string[]>;
  constructor(options: { formats: string[] });
  detect(of: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-scan]")) {
  fromAddress(form);
  void offer(form);
}

/** The sheet's code is an address: what follows # never went to the server and is checked by this form. */
function fromAddress(form: HTMLFormElement) {
  const text = location.hash.slice(1);
  if (!("fromAddress" in form.dataset) || !text.includes("~")) return;
  history.replaceState(null, "", location.pathname);
  answer(form, text);
}

function answer(form: HTMLFormElement, text: string) {
  form.querySelector<HTMLTextAreaElement>("[name=text]")!.value = text;
  form.requestSubmit();
}

async function offer(form: HTMLFormElement) {
  const box = form.querySelector<HTMLElement>("[data-camera]")!;
  const can = "BarcodeDetector" in window && !!navigator.mediaDevices && (await BarcodeDetector.getSupportedFormats().catch((): string[] => [])).includes("qr_code");
  if (!can) return;
  box.hidden = false;
  box.querySelector("[data-do=scan]")!.addEventListener("click", () => void scan(form, box));
}

async function scan(form: HTMLFormElement, box: HTMLElement) {
  const video = box.querySelector("video")!;
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    box.querySelector<HTMLElement>("[data-no-camera]")!.hidden = false;
    return;
  }
  video.hidden = false;
  video.srcObject = stream;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const stop = () => stream.getTracks().forEach((t) => t.stop());
  addEventListener("pagehide", stop, { once: true });
  const look = async () => {
    const found = (await detector.detect(video).catch(() => [])).find((c) => c.rawValue.includes("~"));
    if (!found) return void setTimeout(look, 200);
    stop();
    video.hidden = true;
    answer(form, found.rawValue);
  };
  void look();
}
