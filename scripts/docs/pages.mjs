import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { referenceOf } from "./reference.mjs";

/** The pages outside of docs/. */
const topPages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];

/**
 * Writes the pages of the site into a folder, in the layout of the repository, so that links between pages stay as they are.
 * A link to a file that is no page leads to the repository.
 *
 * @param {string} folder
 */
export function stagePages(folder) {
  const { repository } = JSON.parse(readFileSync("package.json", "utf8"));
  const address = repository.url.replace(/^git\+|\.git$/g, "");
  const found = readdirSync("docs", { recursive: true, encoding: "utf8" }).map((path) =>
    posix.join("docs", path),
  );
  const pages = [...topPages, ...found.filter((path) => path.endsWith(".md")), "docs/reference.md"];
  const pictures = found.filter((path) => /\.(svg|png|webp)$/.test(path));
  rmSync(folder, { recursive: true, force: true });
  for (const page of pages) {
    const text =
      page === "docs/reference.md"
        ? referenceOf(JSON.parse(readFileSync("fleet.schema.json", "utf8")))
        : readFileSync(page, "utf8");
    const linked = withLinks(text, page, (target) =>
      pages.includes(target) || pictures.includes(target) ? undefined : `${address}/blob/main/${target}`,
    );
    write(join(folder, page), escaped(linked));
  }
  for (const picture of pictures) cpSync(picture, join(folder, picture));
  write(join(folder, "index.md"), readFileSync(join(folder, "README.md"), "utf8").replaceAll("](../", "]("));
  write(join(folder, "sidebar.json"), JSON.stringify(sidebar(readFileSync("docs/README.md", "utf8"))));
}

/**
 * Returns a page with other targets for some of its relative links. `replace` gets the path in the repository.
 *
 * @param {string} text
 * @param {string} page
 * @param {(target: string) => string | undefined} replace
 */
function withLinks(text, page, replace) {
  const linked = text.replace(/(\]\()(?!\w+:|#)([^)#\s]+)/g, (whole, start, link) => {
    const replaced = replace(posix.join(posix.dirname(page), link));
    return replaced === undefined ? whole : start + replaced;
  });
  // VitePress takes the path of an element without a dot for the name of a package.
  return linked.replace(/(<(?:img|source)\b[^>]*\s(?:src|srcset)=")(?![\w+]+:|[./])/g, "$1./");
}

/**
 * Returns the groups and pages of the table of contents.
 *
 * @param {string} contents docs/README.md
 */
function sidebar(contents) {
  const groups = contents.split(/^## /m).slice(1);
  return [
    ...groups.map((group) => ({
      text: group.split("\n")[0],
      items: Array.from(group.matchAll(/^\| \[([^\]]+)\]\(([^)]+)\.md\)/gm), ([, text, link = ""]) => ({
        text,
        link: posix.join("/docs", link),
      })),
    })),
    { text: "Reference", items: [{ text: "Schema of fleet.yaml", link: "/docs/reference" }] },
  ];
}

/**
 * Returns a page without what Vue would take for an expression or an element, outside of code: VitePress compiles pages as
 * templates.
 *
 * @param {string} text
 */
function escaped(text) {
  return text
    .split(/(```[\s\S]*?```)/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replace(/`[^`\n]*\{\{[^`\n]*`/g, (code) => `<code v-pre>${html(code.slice(1, -1))}</code>`),
    )
    .join("");
}

/**
 * Returns code as HTML.
 *
 * @param {string} code
 */
function html(code) {
  return code.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("|", "&#124;");
}

/**
 * Writes a file, with missing folders above it.
 *
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(posix.dirname(path), { recursive: true });
  writeFileSync(path, text);
}
