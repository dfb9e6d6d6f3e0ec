import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vitest/config";

/** Imports unit files and scripts as text, as the bundle does. */
const textFiles: Plugin = {
  name: "text-files",
  enforce: "pre",
  load(id) {
    if (!/\.(service|sh)$/.test(id)) return null;
    return `export default ${JSON.stringify(readFileSync(id, "utf8"))};`;
  },
};

/** What is measured against the clock: it runs when all else is done, and has the machine to itself. */
const timed = ["test/fleet/cost.test.ts", "test/watch/cost.test.ts"];

export default defineConfig({
  test: {
    globalSetup: "test/rig/global-setup.ts",
    // Most of the time goes into waiting for systemd and tmux inside sandboxes, also on two cores.
    maxWorkers: 3,
    projects: [project("behaviour", ["test/**/*.test.ts"], timed, 0), project("cost", timed, [], 1)],
  },
});

function project(name: string, include: string[], exclude: string[], groupOrder: number): object {
  const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };
  return {
    plugins: [textFiles],
    test: {
      name,
      include,
      exclude: ["node_modules/**", ...exclude],
      setupFiles: "test/rig/law-seed.ts",
      // A test that replaces functions of node's fs reaches into these too.
      server: { deps: { inline: ["chokidar", "readdirp"] } },
      sequence: { groupOrder },
      ...timeouts,
    },
  };
}
