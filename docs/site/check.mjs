// node check.mjs BROWSER DIR: opens every page of the site in DIR at two widths, and lists what does not hold.

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const sizes = [{ width: 390, height: 844 }, { width: 1280, height: 800 }];
const quiet = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

const [executablePath, directory] = process.argv.slice(2);
const root = pathToFileURL(resolve(directory)).href + "/";
const names = readdirSync(directory, { recursive: true }).filter(name => name.endsWith(".html"));
const problems = [];

const browser = await chromium.launch({ executablePath, args: quiet });
try {
  const page = await browser.newPage();
  let name;
  page.on("request", request => {
    if (!request.url().startsWith(root) && !request.url().startsWith("data:")) problems.push(`${name}: asks for ${request.url()}`);
  });
  page.on("requestfailed", request => problems.push(`${name}: did not get ${request.url()}`));

  for (name of names) {
    await page.goto(pathToFileURL(join(directory, name)).href);
    for (const size of sizes) {
      await page.setViewportSize(size);
      const seen = await page.evaluate(look);
      if (seen.width > size.width) problems.push(`${name}: ${seen.width} px wide at ${size.width} px; ${seen.widest}`);
      if (!seen.fonts) problems.push(`${name}: the fonts of the math are not there`);
    }
  }
} finally {
  await browser.close();
}

for (const problem of problems) console.error(problem);
const widths = sizes.map(size => size.width).join(" and ");
console.log(`site: ${names.length} pages at ${widths} px: ${problems.length === 0 ? "all hold" : `${problems.length} problems`}`);
process.exitCode = problems.length === 0 ? 0 : 1;

// In the browser: how wide the page is, what reaches farthest to the right, and whether its math is in KaTeX's fonts.
async function look() {
  await document.fonts.ready;
  const right = element => element.getBoundingClientRect().left + element.scrollWidth;
  const inPage = [...document.querySelectorAll("body *")].filter(element => !element.parentElement.closest(".scroll, .katex"));
  const widest = inPage.reduce((a, b) => (right(b) >= right(a) ? b : a));
  const hasMath = document.querySelector(".katex") !== null;
  return {
    width: document.documentElement.scrollWidth,
    widest: `${widest.tagName.toLowerCase()} '${widest.textContent.trim().slice(0, 60)}'`,
    fonts: !hasMath || [...document.fonts].some(font => font.family === "KaTeX_Main" && font.status === "loaded"),
  };
}
