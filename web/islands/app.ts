// The one script of every page: htmx, and small helps that a page without script does not miss.
import "htmx.org/dist/htmx.esm.min.js";
import { guardForms } from "./parts/forms";
import { listenToKeys } from "./parts/keys";
import { live } from "./parts/live";

document.documentElement.dataset.ready = "";
document.querySelector<HTMLElement>("[data-focus]")?.focus();
guardForms();
listenToKeys();
live();

// An open menu closes on Escape and on a click beside it.
addEventListener("click", (event) => closeMenus(event.target as Node));
addEventListener("keydown", (event) => event.key === "Escape" && closeMenus(document));

function closeMenus(target: Node): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}
