// Code as HTML with highlight.js, for excerpts and for whole files.

import hljs from "highlight.js/lib/common";

const languages = {
  ".cs": "csharp", ".csproj": "xml", ".props": "xml", ".json": "json", ".sh": "bash", ".py": "python", ".mjs": "javascript", ".css": "css",
};

/** The code as HTML, or null if the language is not known. */
export const highlight = (code, language) =>
  hljs.getLanguage(language) ? hljs.highlight(code, { language, ignoreIllegals: true }).value : null;

/** The language of a file, by its extension or its first line. */
export function languageOf(extension, firstLine) {
  return languages[extension] ?? (/^#!.*sh$/.test(firstLine) ? "bash" : "text");
}

/** Highlighted HTML cut into lines. A span that goes over several lines is closed at the end of each and opened again. */
export function linesOfHtml(html) {
  const open = [];
  return html.split("\n").map(line => {
    const start = open.join("");
    for (const [span] of line.matchAll(/<span[^>]*>|<\/span>/g))
      if (span === "</span>") open.pop();
      else open.push(span);
    return start + line + "</span>".repeat(open.length);
  });
}
