// Builds the site of the documentation into site/dist: the pages of docs/ with a search, and a reference of fleet.yaml from
// its schema. `--serve` shows the built site on a port of the loopback.
//
//   npm run docs [-- --serve]
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stagePages } from "./docs/pages.mjs";

const site = fileURLToPath(new URL("../site", import.meta.url));
if (!existsSync(`${site}/node_modules/vitepress`)) {
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: site, stdio: "inherit" });
}
stagePages(`${site}/.pages`);
const vitepress = [`${site}/node_modules/vitepress/bin/vitepress.js`];
execFileSync(process.execPath, [...vitepress, "build"], { cwd: site, stdio: "inherit" });
if (process.argv.includes("--serve")) {
  execFileSync(process.execPath, [...vitepress, "serve", "--host", "127.0.0.1"], {
    cwd: site,
    stdio: "inherit",
  });
}
