// The finished site, looked at as a browser would: every link leads to a file of it and to a place that is there, and nothing leads out.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const reference = /\s(?:xlink:)?(?:href|src|srcset|poster|action|data)\s*=\s*["']([^"']*)["']/g;
const styleReference = /url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']/g;

/** One line for each link that does not hold. */
export function problemsOfOutput(output) {
  const files = readdirSync(output, { recursive: true }).map(name => join(output, name)).filter(file => statSync(file).isFile());
  const anchors = new Map(files.filter(file => file.endsWith(".html")).map(file => [file, idsOf(readFileSync(file, "utf8"))]));
  return files.filter(file => /\.(html|css|svg)$/.test(file)).flatMap(file => {
    const text = readFileSync(file, "utf8");
    const problems = referencesOf(file, text).map(target => [target, problemOf(file, target, anchors)]).filter(([, problem]) => problem);
    if (/<script/i.test(text)) problems.push(["<script", "is not wanted"]);
    return problems.map(([target, problem]) => `${relative(output, file)}: '${target}' ${problem}`);
  });
}

function referencesOf(file, text) {
  const links = file.endsWith(".css") ? [] : [...text.matchAll(reference)].map(([, target]) => target);
  const styles = file.endsWith(".html") ? [] : [...text.matchAll(styleReference)].map(([, url, imported]) => url ?? imported);
  return [...links, ...styles];
}

function problemOf(file, target, anchors) {
  if (target.startsWith("data:")) return null;
  if (/^[a-z][a-z0-9+.-]*:|^\//i.test(target)) return "leads out of the site";
  const [path, anchor] = decodeURI(target).split("#");
  const to = path === "" ? file : join(dirname(file), path);
  if (!existsSync(to) || !statSync(to).isFile()) return "leads to nothing";
  return anchor && anchors.has(to) && !anchors.get(to).has(anchor) ? "leads to a place that is not there" : null;
}

const idsOf = html => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));
