import { readFileSync } from "node:fs";
import { defineConfig } from "vitepress";

const { repository, version } = JSON.parse(readFileSync("../package.json", "utf8"));
const address = repository.url.replace(/^git\+|\.git$/g, "");

/** The groups of docs/README.md, with their pages. */
const groups = JSON.parse(readFileSync(".pages/sidebar.json", "utf8"));

export default defineConfig({
  title: "mosaic-fleet",
  description: "A declarative reconciler for fleets of long-running agents on systemd and tmux",
  srcDir: ".pages",
  outDir: "dist",
  cleanUrls: true,
  // Links to files that are no pages lead to the repository, and were checked before.
  ignoreDeadLinks: false,
  themeConfig: {
    nav: [
      { text: "Guide", link: "/docs/daily-work" },
      { text: "fleet.yaml", link: "/docs/fleet-yaml" },
      { text: "Commands", link: "/docs/commands" },
      { text: version, link: "/CHANGELOG" },
    ],
    sidebar: groups,
    outline: [2, 3],
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: address }],
    editLink: { pattern: `${address}/edit/main/:path` },
  },
});
