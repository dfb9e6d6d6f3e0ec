// Packs the package, and installs it as people do: by npm, pnpm and npx, in empty folders, on each supported node. There
// it validates, plans, applies and destroys a fleet, with none of the files of this clone.
//
//   node scripts/package.mjs [--node VERSION,VERSION...] [--built] [--keep]
//
// With --built, dist/ is packed as it is, and nothing is built.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkContent, pack } from "./package/content.mjs";
import { fetchNodes, supported, tooOld } from "./package/nodes.mjs";
import {
  refusesOldNode,
  runsEverywhere,
  runsFromNpx,
  runsFromPnpm,
  runsStandalone,
} from "./package/runs.mjs";
import { setup } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    node: { type: "string" },
    built: { type: "boolean", default: false },
    keep: { type: "boolean" },
  },
});
if (!values.built) setup();

// Below /tmp, because the account of the sandbox cannot read root's home.
const folder = await mkdtemp(join(tmpdir(), "mosaic-fleet-package-"));
const problems = [];
try {
  const nodes = fetchNodes(values.node?.split(",") ?? [...supported, tooOld], folder);
  const packed = await pack(folder, values.built);
  await check("content", () => checkContent(packed));
  const installed = await nodes;
  for (const node of installed) {
    const isOld = node.version.startsWith(`v${tooOld}.`);
    await check(`npm, node ${node.version}`, () =>
      isOld ? refusesOldNode(packed.path, node) : runsEverywhere(packed.path, node),
    );
  }
  const [oldest] = installed;
  if (oldest !== undefined) await check("standalone", () => runsStandalone(packed.path, oldest, folder));
  await check("pnpm", () => runsFromPnpm(packed.path, folder));
  await check("npx", () => runsFromNpx(packed.path, folder));
} finally {
  if (values.keep) console.log(`kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}
if (problems.length > 0) process.exitCode = 1;

/**
 * Runs one check and prints its result.
 *
 * @param {string} name
 * @param {() => Promise<string>} run returns a remark, and throws an error if the check fails
 */
async function check(name, run) {
  try {
    console.log(`package: ${name}: ${await run()}`);
  } catch (error) {
    problems.push(name);
    console.log(`package: ${name}: FAILED\n${error instanceof Error ? error.message : String(error)}`);
  }
}
