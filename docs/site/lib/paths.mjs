// Where a file of the repository goes in the site. All paths are relative to the root and have forward slashes; the root itself is "".

import { posix } from "node:path";

const copied = new Set([".svg", ".png"]);

/** How a file becomes a part of the site: "markdown", "asset" (copied as it is) or "source". */
export function kindOfFile(path) {
  const extension = posix.extname(path);
  return extension === ".md" ? "markdown" : copied.has(extension) ? "asset" : "source";
}

/** The file of the site that shows a file or folder of the repository. */
export function outputOf(path, kind) {
  switch (kind) {
    case "asset": return path;
    case "folder": return posix.join(path, "index.html");
    case "source": return `${path}.html`;
    default: return posix.basename(path) === "README.md" ? posix.join(posix.dirname(path), "index.html") : path.replace(/\.md$/, ".html");
  }
}

/** A link from one file of the site to another. */
export const relative = (from, to) => posix.relative(posix.dirname(from), to) || posix.basename(to);

/** What a link in a file of the repository leads to, as a path from the root. */
export function targetOf(from, link) {
  const path = posix.normalize(posix.join(posix.dirname(from), link)).replace(/\/$/, "");
  return path === "." ? "" : path;
}
