// What stands around each page: the list of contents, and the links to the page before and the page after.

import { posix } from "node:path";
import { relative } from "./paths.mjs";

const escape = text => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** The Markdown pages in reading order, in groups. */
export class Contents {
  constructor(pages) {
    const [front, ...rest] = pages;
    const isMath = page => page.path.startsWith("docs/math/");
    const isReference = page => page.path.startsWith("docs/") && !isMath(page);
    const byPath = (a, b) => (a.output < b.output ? -1 : 1);
    const math = rest.filter(isMath).sort((a, b) => !a.path.endsWith("README.md") - !b.path.endsWith("README.md") || byPath(a, b));
    const reference = rest.filter(isReference).sort(byPath);
    const others = rest.filter(page => !isMath(page) && !isReference(page)).sort(byPath);
    const folders = new Set(others.map(page => posix.dirname(page.path)));
    const byFolder = [...folders].map(folder => [folder, others.filter(page => posix.dirname(page.path) === folder)]);
    this.groups = [["The project", [front]], ["The math", math], ["Reference", reference], ...byFolder];
    this.pages = this.groups.flatMap(([, group]) => group);
  }
}

/** The whole page: `page` with its rendered `body`. */
export function layout(page, body, contents) {
  const to = output => relative(page.output, output);
  const place = contents.pages.indexOf(page);
  const step = (other, rel, label) =>
    other ? `<a rel="${rel}" href="${to(other.output)}"><small>${label}</small> ${escape(other.title)}</a>` : "<span></span>";
  const steps = place < 0 ? "" : `<nav class="steps" aria-label="Pages">
${step(contents.pages[place - 1], "prev", "Previous")}
${step(contents.pages[place + 1], "next", "Next")}
</nav>`;

  const groups = contents.groups.filter(([, group]) => group.length > 0);
  const lists = groups.map(([name, group]) => `<p>${escape(name)}</p>\n<ul>\n${group.map(other => entry(page, other, to)).join("")}</ul>`);

  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(page.title)}${place === 0 ? "" : " - VaeFromScratch"}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to("assets/katex/katex.min.css")}">
<link rel="stylesheet" href="${to("assets/github.min.css")}" media="not (prefers-color-scheme: dark)">
<link rel="stylesheet" href="${to("assets/github-dark.min.css")}" media="(prefers-color-scheme: dark)">
<link rel="stylesheet" href="${to("assets/style.css")}">
</head>
<body>
<details class="contents">
<summary>Contents</summary>
<nav aria-label="Contents">
${lists.join("\n")}
</nav>
</details>
<main class="${page.kind}">
${body}${steps}
</main>
</body>
</html>
`;
}

// The page that is shown lists its sections too.
function entry(page, other, to) {
  if (other !== page) return `<li><a href="${to(other.output)}">${escape(other.title)}</a></li>\n`;
  const sections = page.sections.map(({ id, title }) => `<li><a href="#${id}">${escape(title)}</a></li>\n`).join("");
  return `<li><a href="${to(other.output)}" aria-current="page">${escape(other.title)}</a>${sections && `\n<ul>\n${sections}</ul>`}</li>\n`;
}
