// The pages of a source file, with an anchor for each line, and of a folder.

import { posix } from "node:path";
import { highlight, languageOf, linesOfHtml } from "./highlight.mjs";

const comment = /(<span class="hljs-comment">)(.*?)(<\/span>)/g;
const equationReference = /\((\d+\.\d+)\)/g;

/** `equation(number)` is the link to an equation, or null. Equations are cited in comments. */
export function renderSource(page, equation) {
  const code = highlight(page.lines.join("\n"), languageOf(posix.extname(page.path), page.lines[0] ?? ""));
  const cite = (all, number) => (equation(number) ? `(<a href="${equation(number)}">${number}</a>)` : all);
  const lines = linesOfHtml(code).map((line, i) => {
    const cited = line.replace(comment, (_, start, text, end) => start + text.replace(equationReference, cite) + end);
    const number = i + 1;
    const link = `<a class="number" href="#L${number}" data-number="${number}" aria-label="line ${number}"></a>`;
    return `<span class="line" id="L${number}">${link}${cited}\n</span>`;
  });
  return `<h1 class="path">${page.path}</h1>\n<pre class="source scroll" tabindex="0"><code class="hljs">${lines.join("")}</code></pre>\n`;
}

/** `link(name)` is the link to an entry of the folder. */
export function renderFolder(page, entries, link) {
  const items = entries.map(({ name, folder }) => `<li><a href="${link(name)}">${name}${folder ? "/" : ""}</a></li>\n`);
  return `<h1 class="path">${page.path}</h1>\n<ul class="folder">\n${items.join("")}</ul>\n`;
}
