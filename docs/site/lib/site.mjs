// Which pages there are: found by following the links from the README and docs/. Then each is rendered, with links that lead to the others.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { Markdown } from "./markdown.mjs";
import { renderFolder, renderSource } from "./source.mjs";
import { Contents, layout } from "./layout.mjs";
import { kindOfFile, outputOf, relative, targetOf } from "./paths.mjs";

const notOurs = new Set(["bin", "obj", "node_modules", "out", "TestResults"]);

export class Site {
  problems = [];
  assets = new Set();
  #root;
  #pages = new Map(); // by path in the repository
  #equations = new Map(); // by number, "5.4": the page
  #markdown;

  constructor(root) {
    this.#root = root;
    this.#markdown = new Markdown(this);
  }

  /** All pages as { output, html }. */
  build() {
    for (const path of ["README.md", ...this.#markdownFiles("docs")]) this.#add(path, "markdown");
    const pages = [...this.#pages.values()];
    const bodies = pages.map(page => this.#body(page));
    const contents = new Contents(pages.filter(page => page.kind === "markdown"));
    return pages.map((page, i) => ({ output: page.output, html: layout(page, bodies[i], contents) }));
  }

  /** The link that shows what `link` in `page` leads to, or null after noting a problem. */
  resolve(page, link, line) {
    const [, path, anchor] = /^([^#]*)(?:#(.*))?$/.exec(decodeURI(link));
    const target = path === "" ? page : this.#target(targetOf(page.path, path));
    const problem = !target ? "leads to nothing" : anchor && this.#problemOfAnchor(target, anchor);
    if (problem) {
      this.problem(page, line, `link '${link}' ${problem}`);
      return null;
    }

    const place = anchor && target.kind === "source" ? anchor.replace(/-L\d+$/, "") : anchor;
    return (path === "" ? "" : relative(page.output, target.output)) + (place ? `#${place}` : "");
  }

  /** The link to an equation, such as "5.4", or null if there is none of this number. */
  equation(page, number) {
    const target = this.#equations.get(number);
    return target ? `${target === page ? "" : relative(page.output, target.output)}#eq-${number}` : null;
  }

  problem(page, line, text) {
    this.problems.push(`${page.path}:${line}: ${text}`);
  }

  /** The lines of a file of the repository. */
  lines(path) {
    return readFileSync(join(this.#root, path), "utf8").replace(/\n$/, "").split("\n");
  }

  /** The files and folders in a folder of the repository. */
  entries(path) {
    return readdirSync(join(this.#root, path), { withFileTypes: true })
      .filter(entry => !notOurs.has(entry.name) && !entry.name.startsWith("."))
      .map(entry => ({ name: entry.name, folder: entry.isDirectory() }))
      .sort((a, b) => b.folder - a.folder || (a.name < b.name ? -1 : 1));
  }

  #markdownFiles(folder) {
    return this.entries(folder).flatMap(({ name, folder: isFolder }) => {
      const path = posix.join(folder, name);
      return isFolder ? this.#markdownFiles(path) : name.endsWith(".md") ? [path] : [];
    });
  }

  // A folder with a README is shown by it, as on GitHub.
  #target(path) {
    const file = join(this.#root, path);
    if (path.startsWith("..") || !existsSync(file)) return null;
    if (!statSync(file).isDirectory()) return this.#add(path, kindOfFile(path));
    const readme = posix.join(path, "README.md");
    return existsSync(join(this.#root, readme)) ? this.#add(readme, "markdown") : this.#add(path, "folder");
  }

  // A page that is met for the first time is read, and with it whatever it links to.
  #add(path, kind) {
    const known = this.#pages.get(path);
    if (known) return known;
    const page = { path, kind, output: outputOf(path, kind), title: path, sections: [] };
    if (kind === "asset") {
      this.assets.add(path);
      return page;
    }

    this.#pages.set(path, page);
    if (kind === "source") page.lines = this.lines(path);
    if (kind === "folder") for (const entry of this.entries(path)) this.#target(posix.join(path, entry.name));
    if (kind === "markdown") {
      this.#markdown.read(page, this.lines(path).join("\n"));
      for (const [number, line] of page.equations) this.#addEquation(page, number, line);
      for (const { target } of page.links) this.#target(targetOf(path, decodeURI(target).replace(/#.*/, "") || posix.basename(path)));
    }
    return page;
  }

  #addEquation(page, number, line) {
    if (this.#equations.has(number)) this.problem(page, line, `equation (${number}) is there twice`);
    this.#equations.set(number, page);
  }

  #problemOfAnchor(target, anchor) {
    if (target.kind === "markdown") return target.anchors.has(anchor) ? null : `leads to a heading that ${target.path} does not have`;
    const line = /^L(\d+)(?:-L\d+)?$/.exec(anchor)?.[1];
    if (target.kind !== "source" || !line) return "has an anchor that is not a line's";
    return Number(line) >= 1 && Number(line) <= target.lines.length ? null : `leads beyond the ${target.lines.length} lines of ${target.path}`;
  }

  #body(page) {
    switch (page.kind) {
      case "markdown": return this.#markdown.render(page);
      case "source": return renderSource(page, number => this.equation(page, number));
      default: return renderFolder(page, this.entries(page.path), name => this.resolve(page, posix.join(posix.basename(page.path), name), 1));
    }
  }
}
