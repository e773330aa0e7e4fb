// The site: every Markdown file of docs/, the README as its front page, and whatever they link to, as static HTML.
// Everything that does not hold (a link, an anchor, an equation) is listed with its file and line, and nothing is written then.

import { resolve } from "node:path";
import { Site } from "./lib/site.mjs";
import { isFree, writeSite } from "./lib/output.mjs";
import { problemsOfOutput } from "./lib/verify.mjs";

const root = resolve(import.meta.dirname, "../..");
const output = process.argv[2];
if (!output) fail(["wrong use: node build.mjs OUTPUT_DIR"], 2);
if (!isFree(output)) fail([`${output} holds something that is not a site`], 2);

const site = new Site(root);
const pages = site.build();
if (site.problems.length > 0) fail(site.problems, 1);

writeSite(output, pages, site.assets, root);
const problems = problemsOfOutput(output);
if (problems.length > 0) fail(problems, 1);
console.log(`site: ${pages.length} pages in ${output}; open ${output}/index.html`);

function fail(lines, code) {
  for (const line of lines) console.error(line);
  process.exit(code);
}
