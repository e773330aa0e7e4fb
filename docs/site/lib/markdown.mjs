// A Markdown file as GitHub reads it: read once for what it contains (headings, equations, links), then rendered with the site's links.
// Math becomes HTML and MathML here, with KaTeX; what KaTeX does not know, or warns of, is a problem.

import { tex } from "@mdit/plugin-tex";
import { slug } from "github-slugger";
import katex from "katex";
import MarkdownIt from "markdown-it";
import anchor from "markdown-it-anchor";
import { highlight } from "./highlight.mjs";

const comments = /<!--[\s\S]*?-->/g;
const excerpt = /<!--\s*excerpt:\s*(\S+)\s*-->/;
const equationReference = /\((\d+\.\d+)\)/g;
const tag = /\\tag\{([^}]+)\}/;
const stepLinks = /^\[(?:Previous|Contents)\]\(/; // a chapter's last line: the site has its own

export class Markdown {
  #site;
  #parser = new MarkdownIt({ html: true });
  #headings = []; // of the page that is being read
  #insideLink = false;
  #outside = null; // the address of the link that is open, if it leads out of the site

  constructor(site) {
    this.#site = site;
    const parser = this.#parser;
    parser.use(tex, { render: () => "" }); // it finds the math; the rules below render it
    parser.core.ruler.push("lines", state => numberLines(state.tokens, 1));
    parser.core.ruler.push("step-links", state => removeStepLinks(state.tokens));
    parser.use(anchor, {
      slugify: slug,
      tabIndex: false,
      getTokensText: tokens => tokens.map(token => token.content).join(""),
      permalink: anchor.permalink.headerLink(),
      callback: (token, { slug: id, title }) => this.#headings.push({ level: Number(token.tag[1]), id, title }),
    });

    const rules = parser.renderer.rules;
    rules.math_inline = (tokens, i, _, page) => this.#math(page, tokens[i], false);
    rules.fence = (tokens, i, _, page) => this.#fence(page, tokens[i]);
    rules.code_block = (tokens, i, _, page) => this.#code(page, tokens[i], "text");
    rules.code_inline = (tokens, i) => `<code>${breakable(parser.utils.escapeHtml(tokens[i].content))}</code>`;
    rules.text = (tokens, i, _, page) => this.#text(page, tokens[i].content);
    rules.html_block = rules.html_inline = (tokens, i, _, page) => this.#html(page, tokens[i], tokens[i + 1]);
    rules.image = (tokens, i, _, page) => this.#image(page, tokens[i]);
    rules.link_open = (tokens, i, _, page) => this.#link(page, tokens[i]);
    rules.link_close = (tokens, i) => this.#linkEnd(tokens[i - 1]);
    rules.table_open = () => '<div class="scroll" tabindex="0"><table>\n';
    rules.table_close = () => "</table></div>\n";
  }

  /** Notes in `page` its title, sections, anchors, equations and links. */
  read(page, text) {
    this.#headings = [];
    page.tokens = this.#parser.parse(text, page);
    const [title, ...rest] = this.#headings;
    page.title = title?.title ?? page.path;
    page.sections = rest.filter(heading => heading.level === 2);
    page.anchors = new Set(this.#headings.map(heading => heading.id));
    page.equations = [];
    page.links = [];
    for (const token of page.tokens) {
      const number = isMath(token) && tag.exec(token.content)?.[1];
      if (number) {
        page.equations.push([number, token.meta.line]);
        page.anchors.add(`eq-${number}`);
      }

      const source = token.type === "html_block" && excerpt.exec(token.content)?.[1];
      if (source) page.links.push({ target: toRoot(page) + source });
      for (const child of token.children ?? []) {
        const target = child.attrGet(child.type === "image" ? "src" : "href");
        if (target && !leadsOut(target)) page.links.push({ target });
      }
    }
  }

  render(page) {
    return this.#parser.renderer.render(page.tokens, this.#parser.options, page);
  }

  #math(page, token, displayMode) {
    try {
      return katex.renderToString(token.content, { displayMode, throwOnError: true, strict: "error", trust: false });
    } catch (error) {
      this.#site.problem(page, token.meta.line, `${error.message}\n    in ${token.content.trim()}`);
      return "";
    }
  }

  #fence(page, token) {
    if (!isMath(token)) return this.#code(page, token, token.info.trim() || "text");
    const number = tag.exec(token.content)?.[1];
    return `<div class="equation scroll" tabindex="0"${number ? ` id="eq-${number}"` : ""}>${this.#math(page, token, true)}</div>\n`;
  }

  #code(page, token, language) {
    const html = highlight(withoutMargin(token.content), language);
    if (html === null) this.#site.problem(page, token.meta.line, `the language '${language}' is not known`);
    return `<pre class="scroll" tabindex="0"><code class="hljs">${html ?? ""}</code></pre>\n`;
  }

  // "(5.4)" leads to the equation of this number, where there is one.
  #text(page, text) {
    return this.#parser.utils.escapeHtml(text).replace(equationReference, (all, number) => {
      const href = this.#insideLink ? null : this.#site.equation(page, number);
      return href ? `(<a href="${href}">${number}</a>)` : all;
    });
  }

  // Comments vanish, but that of an excerpt says where it is from. Other HTML is not needed so far.
  #html(page, token, next) {
    if (token.content.replace(comments, "").trim() !== "") this.#site.problem(page, token.meta.line, `HTML: ${token.content.trim()}`);
    const source = excerpt.exec(token.content)?.[1];
    if (!source) return "";
    const href = this.#site.resolve(page, toRoot(page) + source, token.meta.line);
    const line = href && next?.type === "fence" ? placeOf(next.content, this.#site.lines(source)) : 0;
    return `<p class="from"><a href="${href}${line > 0 ? `#L${line}` : ""}">${source}</a></p>\n`;
  }

  #image(page, token) {
    const source = token.attrGet("src");
    if (leadsOut(source)) this.#site.problem(page, token.meta.line, `the image '${source}' is not a file of the repository`);
    const href = leadsOut(source) ? null : this.#site.resolve(page, source, token.meta.line);
    const { escapeHtml } = this.#parser.utils;
    return `<a class="figure" href="${href}"><img src="${href}" alt="${escapeHtml(token.content)}"></a>`;
  }

  // The site leads nowhere outside: such an address is shown as text.
  #link(page, token) {
    this.#insideLink = true;
    const href = token.attrGet("href");
    this.#outside = leadsOut(href) ? href : null;
    if (this.#outside) return "";
    const isHeader = token.attrGet("class") === "header-anchor";
    const resolved = isHeader ? href : this.#site.resolve(page, href, token.meta.line);
    return `<a${isHeader ? ' class="header-anchor"' : ""} href="${resolved}">`;
  }

  #linkEnd(before) {
    this.#insideLink = false;
    if (!this.#outside) return "</a>";
    return before.content === this.#outside ? "" : ` (${this.#parser.utils.escapeHtml(this.#outside)})`;
  }
}

const isMath = token => token.type === "fence" && token.info.trim() === "math";
const leadsOut = target => /^[a-z][a-z0-9+.-]*:|^\/\//i.test(target);
const breakable = code => code.replace(/(?<=\w)[/_]/g, "$&<wbr>"); // paths and names of tests, on a narrow page
const toRoot = page => "../".repeat(page.path.split("/").length - 1);

// The line of a file at which an excerpt begins, or 0.
function placeOf(excerpt, lines) {
  const wanted = excerpt.trimEnd().split("\n").map(line => line.trim());
  return lines.findIndex((_, i) => wanted.every((line, j) => lines[i + j]?.trim() === line)) + 1;
}

// An excerpt without the indentation that all its lines have.
function withoutMargin(code) {
  const margins = code.split("\n").filter(line => line.trim() !== "").map(line => line.search(/\S/));
  return margins.length > 0 ? code.replaceAll(new RegExp(`^ {${Math.min(...margins)}}`, "gm"), "") : code;
}

// Each token gets the line it stands on; those within a paragraph by the line breaks before them.
function numberLines(tokens, line) {
  for (const token of tokens) {
    if (token.map) line = token.map[0] + 1;
    token.meta = { ...token.meta, line };
    let inner = line;
    for (const child of token.children ?? []) {
      child.meta = { ...child.meta, line: inner };
      if (child.type === "softbreak" || child.type === "hardbreak") inner++;
    }
  }
}

function removeStepLinks(tokens) {
  const last = tokens.length - 3;
  if (last >= 0 && tokens[last].type === "paragraph_open" && stepLinks.test(tokens[last + 1].content)) tokens.splice(last, 3);
}
