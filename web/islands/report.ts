// The photo report: photos are shrunk before they are sent, and a position comes from photo, phone or map.
import { photos } from "./parts/photos";
import { place } from "./parts/place";

const position = place(document.querySelector<HTMLElement>("[data-place]"));
for (const field of document.querySelectorAll<HTMLElement>("[data-photos]")) photos(field, (p) => position?.fromPhoto(p));
