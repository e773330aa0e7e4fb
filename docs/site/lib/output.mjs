// Writes the site: the pages, the files they show, and the style sheets and fonts.

import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const site = resolve(import.meta.dirname, "..");
const styles = {
  "style.css": "style.css",
  "github.min.css": "node_modules/highlight.js/styles/github.min.css",
  "github-dark.min.css": "node_modules/highlight.js/styles/github-dark.min.css",
  "katex/katex.min.css": "node_modules/katex/dist/katex.min.css",
  "katex/fonts": "node_modules/katex/dist/fonts",
};

/** Whether a folder may be replaced: it is not there, is empty, or holds an earlier build. */
export const isFree = output => !existsSync(output) || readdirSync(output).length === 0 || existsSync(join(output, "assets", "katex"));

/** Whatever is in the folder is removed first. */
export function writeSite(output, pages, assets, root) {
  rmSync(output, { recursive: true, force: true });
  for (const page of pages) {
    const file = join(output, page.output);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, page.html);
  }

  for (const asset of assets) cpSync(join(root, asset), join(output, asset));
  for (const [to, from] of Object.entries(styles)) cpSync(join(site, from), join(output, "assets", to), { recursive: true });
}
