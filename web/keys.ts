/* Single keys, as news readers have them; they can be switched off (WCAG 2.2, 2.1.4). */

const STORE = "dateline-keys";
const HELP: [string, string][] = [
  ["j / k", "next / previous story"], ["o or Enter", "open it"], [".", "show what is new"],
  ["/", "search"], ["g n", "Now"], ["g s", "Sources"], ["g t", "Status"], ["?", "this help"],
];
const PLACES: Record<string, string> = { n: "/", s: "/sources", t: "/status" };

function enabled(): boolean {
  try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
}

function typing(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target instanceof HTMLElement &&
    (target.isContentEditable || /^(textarea|select)$/i.test(target.tagName));
}

function helpDialog(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = document.createElement("h2");
  title.id = "keys-title";
  title.textContent = "Keys";
  const list = document.createElement("dl");
  for (const [key, what] of HELP) {
    const dt = document.createElement("dt"), dd = document.createElement("dd");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    dt.append(kbd);
    dd.textContent = what;
    list.append(dt, dd);
  }
  const label = document.createElement("label"), box = document.createElement("input");
  box.type = "checkbox";
  box.checked = enabled();
  box.addEventListener("change", () => {
    try { localStorage.setItem(STORE, box.checked ? "on" : "off"); } catch { /* private mode */ }
  });
  label.append(box, " single keys are on (? always works)");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close";
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, list, label, close);
  document.body.append(dialog);
  return dialog;
}

/* Focus on the headline of the next or the previous story. */
function move(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("main a.headline")];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement as HTMLAnchorElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.max(0, Math.min(links.length - 1, next))].focus();
}

export function keys(showNews: () => void): void {
  let dialog: HTMLDialogElement | undefined, prefix = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const key = event.key;
    const act = (f: () => void) => { event.preventDefault(); f(); };
    if (key === "?") return act(() => { dialog ??= helpDialog(); if (!dialog.open) dialog.showModal(); });
    if (!enabled() || dialog?.open) return;
    if (Date.now() - prefix < 1500 && PLACES[key]) return act(() => location.assign(PLACES[key]));
    prefix = key === "g" ? Date.now() : 0;
    if (key === "j") act(() => move(1));
    else if (key === "k") act(() => move(-1));
    else if (key === ".") act(showNews);
    else if (key === "/") act(() => document.getElementById("q")?.focus());
    else if (key === "o" && document.activeElement instanceof HTMLAnchorElement)
      act(() => (document.activeElement as HTMLAnchorElement).click());
  });
}
