// A field of photos: each is shrunk to 1600 px, which also strips its hidden data, and shown small.
import { type Position, readPosition } from "./exif";

const longest = 1600;

export function photos(field: HTMLElement, found: (p: Position) => void): void {
  const input = field.querySelector<HTMLInputElement>("input[type=file]");
  const said = field.querySelector<HTMLElement>("[data-photos-said]");
  if (!input || !said) return;
  const max = Number(field.dataset.photos) || 1;
  let kept: File[] = [];

  input.addEventListener("change", async () => {
    const chosen = [...(input.files ?? [])];
    said.textContent = kept.length + chosen.length > max ? said.dataset.many ?? "" : "";
    for (const file of chosen.slice(0, max - kept.length)) {
      const at = await readPosition(file);
      if (at) found(at);
      kept.push(await shrink(file));
    }
    show();
  });

  function show(): void {
    const files = new DataTransfer();
    kept.forEach((file) => files.items.add(file));
    input!.files = files.files;
    field.querySelectorAll(".photo-thumb").forEach((thumb) => {
      URL.revokeObjectURL(thumb.querySelector("img")!.src);
      thumb.remove();
    });
    const add = field.querySelector<HTMLElement>(".photo-add")!;
    kept.forEach((file, i) => add.before(thumb(file, i)));
    add.hidden = kept.length >= max;
  }

  function thumb(file: File, i: number): HTMLElement {
    const box = document.createElement("span");
    box.className = "photo-thumb";
    const img = document.createElement("img");
    img.src = URL.createObjectURL(file);
    img.alt = "";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.setAttribute("aria-label", said!.dataset.drop ?? "");
    drop.addEventListener("click", () => {
      kept = kept.filter((_, at) => at !== i);
      show();
    });
    box.append(img, drop);
    return box;
  }
}

// shrink draws the photo anew as JPEG; a picture the browser cannot read goes as it is and the server decides.
async function shrink(file: File): Promise<File> {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d")!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  }
}
