/* What a person sees, in a real browser: node run.mjs SITE. Prints TAP.
   axe finds the broken rules of WCAG 2.2 AA; it does not notice a page that is wider than the
   screen, so that is measured here. */
import { AxeBuilder } from "@axe-core/playwright";
import { pagesOf, startBrowser, startSite } from "./site.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const site = await startSite(process.argv[2], 70), browser = await startBrowser();
const pages = await pagesOf(browser, site.url);
let number = 0, failed = 0;

async function test(name, body) {
  number++;
  try {
    await body();
    console.log(`ok ${number} - ${name}`);
  } catch (error) {
    failed++;
    console.log(`not ok ${number} - ${name}`);
    console.log(String(error.message ?? error).replace(/^/gm, "# "));
  }
}

function same(have, want, what) {
  if (have !== want) throw new Error(`${what}: ${JSON.stringify(have)}, not ${JSON.stringify(want)}`);
}

function holds(condition, what) {
  if (!condition) throw new Error(what);
}

/* Opens a page and watches for what must never happen: script errors, requests to others. */
async function open(options, path) {
  const context = await browser.newContext(options), page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`script error: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error" && !line.text().includes("404")) wrong.push(`console: ${line.text()}`);
  });
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== site.url && url.protocol !== "data:") wrong.push(`request to ${url.origin}`);
  });
  await page.goto(site.url + path);
  return { page, wrong, close: () => context.close() };
}

for (const colorScheme of ["light", "dark"])
  for (const [name, path] of Object.entries(pages))
    await test(`${name} has no axe violation, ${colorScheme}`, async () => {
      const { page, wrong, close } = await open({ colorScheme }, path);
      const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      const list = violations.map((v) => `${v.id}: ${v.nodes[0].target} ${v.nodes[0].failureSummary}`);
      await close();
      holds(list.length === 0, list.join("\n"));
      holds(wrong.length === 0, wrong.join("\n"));
    });

for (const [name, path] of Object.entries(pages))
  await test(`${name} fits 320 px`, async () => {
    const { page, close } = await open({ viewport: { width: 320, height: 640 } }, path);
    const { width, wide } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      wide: [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > 321 && getComputedStyle(e).position !== "absolute")
        .map((e) => `${e.tagName}.${e.className?.baseVal ?? e.className}`).slice(0, 5),
    }));
    await close();
    holds(width <= 320, `${width} px wide: ${wide}`);
  });

for (const [name, path] of Object.entries(pages))
  await test(`${name} reads without script`, async () => {
    const { page, close } = await open({ javaScriptEnabled: false }, path);
    const text = await page.locator("main").innerText();
    await close();
    holds(text.length > 20, `only: ${text}`);
  });

await test("forced colours keep the marks of statements", async () => {
  const { page, close } = await open({ forcedColors: "active" }, pages.document);
  const style = await page.evaluate(() => {
    const of = (name) => getComputedStyle(document.querySelector(`.text ${name}`));
    return [of("p .who").textDecorationStyle, of("p .cue").borderBottomStyle, of("p .says").textDecorationStyle];
  });
  await close();
  same(style.join(), "solid,double,dotted", "lines");
});

await test("each headline has its own direction and language", async () => {
  const { page, close } = await open({}, pages.story);
  const look = await page.evaluate(() => [...document.querySelectorAll("section[aria-labelledby=documents] td .headline bdi")].map((e) =>
    [e.lang, e.dir]));
  const rtl = await page.evaluate(() => {
    const q = document.querySelector("q[lang=fa]");
    return getComputedStyle(q).direction;
  });
  await close();
  same(JSON.stringify(look.map(([lang]) => lang)), '["en","en","fa","zh"]', "languages");
  holds(look.every(([, dir]) => dir === "auto"), "a headline without dir=auto");
  same(rtl, "rtl", "direction of a Persian quote");
});

await test("a mark of the map opens the rows of its places", async () => {
  const { page, wrong, close } = await open({}, pages.story);
  const about = await page.evaluate(() => {
    const map = document.querySelector("svg.worldmap");
    const named = map.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
    return { named, box: map.getBoundingClientRect().toJSON(), marks: map.querySelectorAll("a").length };
  });
  holds(about.named.every((text) => text.length > 10), "a map without title and description");
  same(about.marks, 1, "places that are close are one mark");
  holds(Math.abs(about.box.width / about.box.height - 20 / 8.9) < 0.1, "shape of the map");
  const mark = page.locator("svg.worldmap a").first();
  same(await mark.locator("text").textContent(), "4", "reports of the mark");
  await mark.locator("circle.pin").click();
  const rows = await page.evaluate(() => [...document.querySelectorAll("tbody:target tr td:first-child bdi")]
    .map((e) => e.textContent));
  same(JSON.stringify(rows), '["Nordhaven","Nordhaven Roads","Old Quay"]', "rows of the mark");
  const all = await page.locator("section:has(svg.worldmap) table").textContent();
  holds(all.includes("Veldria") && all.includes("no nearer place is told"), "a country without a nearer place");
  holds(!all.includes("Port Ysel") && !all.includes("threaten"), "what is only planned is on the map");
  holds(await page.locator("svg.worldmap .around").getAttribute("d").then((d) => d.length > 100), "no country is hatched");
  holds(wrong.length === 0, wrong.join("\n"));
  await close();
});

await test("marks of the map stay whole and apart at 320 px, also both sides of the 180th meridian", async () => {
  const { page, close } = await open({ viewport: { width: 320, height: 640 } }, "/map");
  const look = await page.evaluate(() => {
    const map = document.querySelector("svg.worldmap").getBoundingClientRect();
    const marks = [...document.querySelectorAll("svg.worldmap .pin")].map((e) => e.getBoundingClientRect());
    return { cut: marks.filter((m) => m.left < map.left - 1 || m.right > map.right + 1).length, sides: marks.map((m) =>
      Math.round((m.left + m.width / 2 - map.left) / map.width * 10)).sort((a, b) => a - b) };
  });
  await close();
  same(look.cut, 0, "marks that are cut");
  same(JSON.stringify(look.sides), "[0,5,10]", "where marks are, in tenths of the width");
});

await test("targets are at least 24 px", async () => {
  const { page, close } = await open({ viewport: { width: 320, height: 640 } }, "/");
  const small = await page.evaluate(() => [...document.querySelectorAll("header a, footer a, main .headline")]
    .map((e) => [e.textContent, e.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < 24));
  await close();
  same(JSON.stringify(small), "[]", "too small");
});

await test("keys move, open, search and help", async () => {
  const { page, wrong, close } = await open({}, "/");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  const titles = await page.locator("main a.headline").allTextContents();
  await page.keyboard.press("j");
  same(await focused(), titles[0], "after j");
  await page.keyboard.press("j");
  same(await focused(), titles[1], "after jj");
  await page.keyboard.press("k");
  same(await focused(), titles[0], "after jjk");
  await page.keyboard.press("?");
  holds(await page.locator("dialog[open]").isVisible(), "no help");
  await page.getByLabel("single keys are on").uncheck();
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  same(await page.evaluate(() => document.activeElement.id === "q"), false, "switched off, / searches");
  await page.keyboard.press("?");
  await page.getByLabel("single keys are on").check();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  same(await page.evaluate(() => document.activeElement.id), "q", "after /");
  await page.keyboard.type("j.");
  same(await page.inputValue("#q"), "j.", "typed");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/search?q=*");
  holds(wrong.length === 0, wrong.join("\n"));
  await close();
});

await test("the first tab stop skips to the content", async () => {
  const { page, close } = await open({}, "/");
  await page.keyboard.press("Tab");
  same(await page.evaluate(() => document.activeElement.className), "skip", "first stop");
  await page.keyboard.press("Enter");
  same(await page.evaluate(() => document.activeElement.id), "main", "after it");
  await close();
});

await test("what is new waits until it is asked for", async () => {
  const { page, wrong, close } = await open({}, "/");
  const second = await page.context().newPage(); /* tabs share one stream */
  await second.goto(site.url);
  await page.waitForTimeout(300);
  const before = await page.locator("main").innerText();
  site.report();
  const button = page.locator(".news button");
  await button.waitFor({ state: "visible", timeout: 5000 });
  await second.locator(".news button").waitFor({ state: "visible", timeout: 5000 });
  same(await button.textContent(), "1 new \u2014 press .", "label");
  same(await page.locator("main").innerText(), before, "the page under the reader's eyes");
  await page.keyboard.press(".");
  await button.waitFor({ state: "hidden", timeout: 5000 });
  holds(await page.locator("main").innerText() !== before, "nothing was shown");
  holds(wrong.length === 0, wrong.join("\n"));
  await close();
});

for (const [name, javaScriptEnabled] of [["with", true], ["without", false]])
  await test(`every hop of "Who says so" leads to its sentence, ${name} a script`, async () => {
    const { page, wrong, close } = await open({ javaScriptEnabled, reducedMotion: "reduce" }, pages.who);
    const hops = page.locator(".statements .chain a");
    const n = await hops.count();
    holds(n > 5, `${n} hops`);
    for (let i = 0; i < n; i++) {
      const words = (await hops.nth(i).textContent()).split(",")[0], id = (await hops.nth(i).getAttribute("href")).slice(1);
      await hops.nth(i).click();
      const target = page.locator(`[id="${id}"]`);
      holds(await target.count() === 1, `${id} is there ${await target.count()} times`);
      holds((await target.textContent()).includes(words), `${words} is not in ${id}`);
      holds(await target.evaluate((e) => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight; }),
        `${id} is not in view`);
    }
    holds(wrong.length === 0, wrong.join("\n"));
    await close();
  });

await test("what a statement is worth is told in words, not in tooltips", async () => {
  const { page, close } = await open({}, pages.who);
  same(await page.locator("main [title]").count(), 0, "tooltips");
  const list = await page.locator("section[aria-labelledby=statements]").innerText();
  for (const words of ["Attribution unclear.", "Denied by The company", "could not be verified", "legal formula",
    "The outlet's own analysis", "speaks for the Ministry of Harbours", "in the headline", "unnamed source"])
    holds(list.includes(words), `"${words}" is not said`);
  const text = await page.locator(".text").innerText();
  holds(text.includes("denied (denied)") && text.includes("reportedly (hearsay)"), text);
  await close();
});

await test("statements in Persian run from the right, the page's words from the left", async () => {
  const { page, close } = await open({ viewport: { width: 320, height: 700 } }, pages.whoPersian);
  const look = await page.evaluate(() => {
    const dir = (e) => getComputedStyle(e).direction;
    const item = document.querySelector(".statements > li");
    return [dir(item), dir(item.querySelector(".says bdi")), dir(document.querySelector(".text p[lang=fa]")),
      dir(document.querySelector(".text .hedge"))];
  });
  same(look.join(), "ltr,rtl,rtl,ltr", "directions");
  await close();
});

await test("printing shows addresses and no controls", async () => {
  const { page, close } = await open({}, pages.document);
  await page.emulateMedia({ media: "print" });
  holds(!(await page.locator("form[role=search]").isVisible()), "the search box prints");
  const after = await page.evaluate(() => getComputedStyle(
    document.querySelector('main a[href^="http"]'), "::after").content);
  holds(after.includes("https://"), `after a link: ${after}`);
  await close();
});

console.log(`1..${number}`);
await browser.close();
await site.stop();
process.exit(failed > 0 ? 1 : 0);
