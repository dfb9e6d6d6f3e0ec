import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vitest/config";
import { LongestFirst } from "./test/support/rig/longest-first.ts";

/** Imports unit files and scripts as text, as the bundle does. */
const textFiles: Plugin = {
  name: "text-files",
  enforce: "pre",
  load(id) {
    if (!/\.(service|sh|bash|zsh|fish)$/.test(id)) return null;
    return `export default ${JSON.stringify(readFileSync(id, "utf8"))};`;
  },
};

// No test opens a connection, and each start of node would read these certificates: 90 ms of processor instead of 30.
delete process.env["NODE_EXTRA_CA_CERTS"];

/** Measures times: these tests run after all others, four files at a time, two of which mostly wait. */
const cost = [
  "test/{fleet,plan,text}/growth.test.ts",
  "test/fleet/{cost,many-agents}.test.ts",
  "test/watch/times/*.test.ts",
  "test/config/limits.test.ts",
  "test/cases/activity/delay.test.ts",
];

/** Uses the built program, other programs, or files that it watches: these tests need the machine. */
const e2e = [
  "test/source/git/*.test.ts",
  "test/{cases,fleet,launcher,race,sandbox,scripts,shells,soak,units}/**/*.test.ts",
  "test/docs/{readme,where-to-change}.test.ts",
  "test/{commands,system}/*.test.ts",
  "test/config/file/load.test.ts",
  "test/desired/{systemd-env-file,files/command-line}.test.ts",
  "test/drivers/files/*.test.ts",
  "test/report/{json-outputs,plan-schema,schemas}.test.ts",
  "test/watch/{*,{ends,service}/*}.test.ts",
  "test/metrics/watch.test.ts",
  "test/watch/source/{fleet-source,follow-machine}.test.ts",
];

/** Replaces functions of node:fs: these tests need modules that nobody has loaded before them. */
const isolated = ["test/watch/paths/*.test.ts"];

const { version }: { readonly version: string } = JSON.parse(readFileSync("package.json", "utf8"));

/** Builds what these tests run. Code that they import has the version of the build, so both write the same files. */
const builds = {
  globalSetup: "test/support/rig/global-setup.ts",
  env: { MOSAIC_FLEET_VERSION: version },
};

export default defineConfig({
  test: {
    // A test inside a sandbox waits for about half of its time, and the longest files for most of it. More workers than
    // cores keep two cores busy; more than these make times longer that tests limit. `npm test` runs the pure tests in a
    // process of their own next to them.
    maxWorkers: 7,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Pure code shares a module graph: to load it again for each file takes longer than the tests.
      project("unit", {
        include: ["test/**/*.test.ts"],
        exclude: [...e2e, ...isolated, ...cost],
        pool: "threads",
      }),
      // Tests that change the working directory or the file mode mask need a process.
      // A machine with other work may be ten times slower, and these limits only end what is stuck.
      project("e2e", {
        include: e2e,
        exclude: cost,
        pool: "forks",
        testTimeout: 300_000,
        hookTimeout: 300_000,
        ...builds,
      }),
      project("isolated", { include: isolated, pool: "forks", isolate: true }),
      project("cost", {
        include: cost,
        pool: "forks",
        maxWorkers: 4,
        sequence: { groupOrder: 1 },
        ...builds,
      }),
    ],
  },
});

/** One of the projects, with what all of them have in common. */
function project(name: string, options: object): object {
  return {
    plugins: [textFiles],
    test: {
      name,
      isolate: false,
      setupFiles: "test/support/rig/law-seed.ts",
      // A test that replaces functions of node's fs reaches into these too.
      server: { deps: { inline: ["chokidar", "readdirp"] } },
      testTimeout: 60_000,
      hookTimeout: 60_000,
      ...options,
    },
  };
}
