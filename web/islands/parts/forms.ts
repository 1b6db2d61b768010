// Forms: ask before leaving with unsent words, ask before a grave button, send once.

export function guardForms(): void {
  const touched = new Set<HTMLFormElement>();

  addEventListener("input", (event) => {
    const form = (event.target as Element).closest<HTMLFormElement>("form[data-leave]");
    if (form) touched.add(form);
  });
  addEventListener("beforeunload", (event) => {
    for (const form of touched) if (form.isConnected) event.preventDefault();
  });
  addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = (event as SubmitEvent).submitter;
    const question = button?.dataset.confirm;
    if (question && !confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.hasAttribute("data-once")) {
      if (form.getAttribute("aria-busy")) {
        event.preventDefault();
        return;
      }
      form.setAttribute("aria-busy", "true");
      button?.setAttribute("aria-busy", "true");
    }
    touched.delete(form);
  }, true);
  // The back button may bring the page as it was left.
  addEventListener("pageshow", () => {
    for (const busy of document.querySelectorAll("form[aria-busy], form [aria-busy]")) busy.removeAttribute("aria-busy");
  });
}
