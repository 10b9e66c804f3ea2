/* The pages work without this. It adds: new stories announced, not pushed ("5 new"), shown at a
   press; keys; relative times that stay true. One file, no framework. */
import { Idiomorph } from "idiomorph";
import { live } from "./live";
import { keys } from "./keys";
import { ages } from "./ages";

/* Replaces <main> by what the server says now, keeping focus, selection and scroll. */
async function refresh(): Promise<void> {
  const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!reply.ok) throw new Error(`the page answered ${reply.status}`);
  const fresh = new DOMParser().parseFromString(await reply.text(), "text/html");
  const now = document.getElementById("main"), next = fresh.getElementById("main");
  if (!now || !next) return;
  Idiomorph.morph(now, next, { restoreFocus: true });
  document.body.dataset.seq = fresh.body.dataset.seq ?? "0";
  ages();
}

ages();
setInterval(ages, 30_000);
const news = live(refresh);
keys(() => news.show());
