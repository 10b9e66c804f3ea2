/* Pictures of every page, both colour schemes and 320 px: node screenshots.mjs SITE FOLDER */
import { mkdirSync } from "node:fs";
import { pagesOf, startBrowser, startSite } from "./site.mjs";

const [program, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const site = await startSite(program, 6), browser = await startBrowser();
const pages = await pagesOf(browser, site.url);
for (const [look, options] of Object.entries({
  light: { colorScheme: "light", viewport: { width: 1200, height: 800 } },
  dark: { colorScheme: "dark", viewport: { width: 1200, height: 800 } },
  narrow: { colorScheme: "light", viewport: { width: 320, height: 700 } },
})) {
  const context = await browser.newContext(options);
  for (const [name, path] of Object.entries(pages)) {
    const page = await context.newPage();
    await page.goto(site.url + path);
    await page.screenshot({ path: `${folder}/${name}-${look}.png`, fullPage: true });
    await page.close();
  }
  await context.close();
}
await browser.close();
await site.stop();
