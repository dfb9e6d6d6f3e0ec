// node scripts/bench/watching.mjs [FILES...]: the cost of watching a fleet.yaml, a folder of so many env files and one
// of as many links of systemd to units; by default 500 and 5,000. Prints a line of figures for each.
//
// SOURCE names another path-watcher.ts, to compare with. The process runs with --expose-gc, so memory can be compared.
import { execFile, execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path/posix";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const { SOURCE, BUNDLE } = process.env;
const counts = process.argv.slice(2).map(Number);

if (BUNDLE === undefined) await runEach();
else console.log(JSON.stringify(await measure(BUNDLE, counts[0] ?? 0)));

/** Runs each count in a process of its own: within one process, freed memory does not show. */
async function runEach() {
  const folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-bench-"));
  const bundle = join(folder, "watcher.mjs");
  await build({
    input: SOURCE ?? fileURLToPath(new URL("../../src/watch/paths/path-watcher.ts", import.meta.url)),
    output: { file: bundle, format: "esm" },
    platform: "node",
    logLevel: "warn",
  });
  for (const count of counts.length === 0 ? [500, 5_000] : counts) {
    const args = ["--expose-gc", fileURLToPath(import.meta.url), String(count)];
    const env = { ...process.env, BUNDLE: bundle };
    console.log(execFileSync(process.execPath, args, { env, encoding: "utf8" }).trim());
  }
  rmSync(folder, { recursive: true });
}

/**
 * Measures the watcher of a bundle with this number of agents.
 *
 * @param {string} bundle
 * @param {number} count
 */
async function measure(bundle, count) {
  const { openPathWatcher } = await import(bundle);
  const root = realpathSync(mkdtempSync(join(tmpdir(), "mosaic-fleet-bench-")));
  /**
   * Returns a path below the root.
   *
   * @param {string} path
   */
  const at = (path) => join(root, path);
  for (const folder of ["work", "agents", "units"]) mkdirSync(at(folder));
  writeFileSync(at("work/fleet.yaml"), "x");
  for (let number = 0; number < count; number++) {
    writeFileSync(at(`agents/a${number}.env`), `X=${number}\n`);
    symlinkSync(`first${number}`, at(`units/invocation:mosaic-agent@a${number}.service`));
  }
  const any = () => true;
  const interests = [
    { path: at("work/fleet.yaml"), cause: "edit" },
    { path: at("agents"), cause: "drift", children: any },
    { path: at("units"), cause: "drift", children: any },
  ];
  const told = new Set();
  freeMemory();
  const before = process.memoryUsage();
  const start = beginning();
  const watcher = openPathWatcher((/** @type {string} */ _cause, /** @type {string} */ path) =>
    told.add(path),
  );
  await watcher.update(interests);
  const [startMs, startCpuMs] = start();
  await pause(300);
  freeMemory();
  const after = process.memoryUsage();
  const look = beginning();
  for (let turn = 0; turn < 10; turn++) await watcher.update(interests);
  const [lookMs] = look();
  const idle = beginning();
  await pause(5_000);
  const [, idleCpuMs] = idle();
  const saves = beginning();
  for (let turn = 0; turn < 10; turn++) {
    told.clear();
    writeFileSync(at("agents/a1.env.temporary"), "y");
    renameSync(at("agents/a1.env.temporary"), at("agents/a1.env"));
    while (told.size === 0) await pause(1);
    await pause(300);
  }
  const [, savesCpuMs] = saves();
  const edits = beginning();
  for (let turn = 0; turn < 10; turn++) {
    writeFileSync(at("work/fleet.yaml.temporary"), "y");
    renameSync(at("work/fleet.yaml.temporary"), at("work/fleet.yaml"));
    await pause(20);
    await watcher.update(interests);
    await pause(300);
  }
  const [, editsCpuMs] = edits();
  const apply = beginning();
  await applied(root, Math.min(count, 500));
  await pause(2_500);
  const [, applyCpuMs] = apply();
  const watches = watchCount();
  watcher.close();
  rmSync(root, { recursive: true });
  /**
   * Returns the growth of the memory, MB.
   *
   * @param {"heapUsed" | "rss"} key
   */
  const megabytes = (key) => (after[key] - before[key]) / 1e6;
  return rounded({
    count,
    watches,
    startMs,
    startCpuMs,
    heapMB: megabytes("heapUsed"),
    rssMB: megabytes("rss"),
    lookMs: lookMs / 10,
    idleCpuMsIn5s: idleCpuMs,
    saveCpuMs: savesCpuMs / 10,
    editAndLookCpuMs: editsCpuMs / 10,
    applyCpuMs,
  });
}

/** Collects garbage, so two measurements of memory can be compared. */
function freeMemory() {
  if (globalThis.gc === undefined) throw new Error("run node with --expose-gc");
  globalThis.gc();
}

/**
 * Returns a function that gives the time and the processor time since, ms.
 *
 * @returns {() => [ms: number, cpuMs: number]}
 */
function beginning() {
  const [at, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return [performance.now() - at, (user + system) / 1000];
  };
}

/**
 * Replaces each env file and each link, as an apply of so many agents does, by another process.
 *
 * @param {string} root
 * @param {number} count
 */
function applied(root, count) {
  const script = `
    const { renameSync, symlinkSync, unlinkSync, writeFileSync } = require("node:fs");
    for (let number = 0; number < ${count}; number++) {
      const file = "${root}/agents/a" + number + ".env";
      writeFileSync(file + ".temporary", "z" + number);
      renameSync(file + ".temporary", file);
      const link = "${root}/units/invocation:mosaic-agent@a" + number + ".service";
      unlinkSync(link);
      symlinkSync("second" + number, link);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }`;
  return new Promise((resolve) => execFile(process.execPath, ["-e", script], resolve));
}

function watchCount() {
  const texts = readdirSync("/proc/self/fdinfo").map((fd) => {
    const path = `/proc/self/fdinfo/${fd}`;
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  });
  return texts.join("").match(/^inotify wd:/gm)?.length ?? 0;
}

/**
 * Returns the figures with one decimal.
 *
 * @param {Record<string, number>} figures
 */
function rounded(figures) {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, Math.round(value * 10) / 10]),
  );
}
