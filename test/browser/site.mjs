/* Starts the pages over the invented world (test/serve/site.c) and a browser to look at them. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export async function startSite(program, stories = 20) {
  const folder = mkdtempSync(join(tmpdir(), "dateline-browser-"));
  const child = spawn(program, [folder, "0", String(stories)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise((resolve, reject) => {
    lines.once("line", (line) => resolve(Number(line.split(" ")[1])));
    child.once("exit", (code) => reject(new Error(`the site ended with ${code}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    report: () => child.stdin.write("report\n"),
    stop: () => new Promise((resolve) => {
      child.once("exit", () => { rmSync(folder, { recursive: true }); resolve(); });
      child.stdin.end();
    }),
  };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

/* Every page of the site, found as a person would: by following links. */
export async function pagesOf(browser, url) {
  const page = await browser.newPage();
  await page.goto(url);
  const story = await page.getByText("closes its grain terminal").first();
  await story.click();
  const storyPath = new URL(page.url()).pathname;
  await page.locator("table.rows a.headline").first().click();
  const documentPath = new URL(page.url()).pathname;
  const found = async (words) =>
    `/d/${(await (await fetch(`${url}/api/v1/search?q=${encodeURIComponent(words)}`)).json()).data[0].id}`;
  const { data: claims } = await (await fetch(`${url}/api/v1${storyPath.replace("/s/", "/stories/")}/claims`)).json();
  const [firstDocument, secondDocument] = claims[0].documents;
  await page.goto(`${url}/c/${claims[0].id}`);
  await page.locator('a[href^="/o/"]').first().click();
  const originPath = new URL(page.url()).pathname;
  await page.close();
  return {
    now: "/", story: storyPath, document: documentPath, hostile: await found("nobody"),
    who: await found("Lemaire inquiry"), whoPersian: await found("سخنگوی"),
    claim: `/c/${claims[0].id}`, circle: `/c/${claims[1].id}`, origin: originPath,
    diff: `/diff/${firstDocument}/${secondDocument}`, trends: "/trends",
    map: "/map", sources: "/sources", source: "/sources/nordhaven-courier", status: "/status", search: "/search?q=EXAMPLE+grain", help: "/search",
    missing: "/nothing/here",
  };
}
