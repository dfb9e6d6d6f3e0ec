// npm run bundle: makes mosaic-fleet-standalone.tar.gz, the program with a launcher for machines without npm. It needs no
// installation: unpack it, and link its `fleet` into a folder of PATH.
//
//   npm run bundle [-- [--archive PACKAGE.tgz] [--node VERSION] [--output FOLDER]]
//
// It is made from a packed package, or packs one. With --node it contains that node, for this kind of processor.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeBundle } from "./package/bundle.mjs";
import { pack } from "./package/content.mjs";
import { fetchNode } from "./package/nodes.mjs";

const { values } = parseArgs({
  options: {
    archive: { type: "string" },
    node: { type: "string" },
    output: { type: "string", default: "." },
  },
});
const scratch = mkdtempSync(join(tmpdir(), "mosaic-fleet-bundle-"));
try {
  const archive = values.archive ?? (await pack(scratch)).path;
  const node = values.node === undefined ? undefined : await fetchNode(values.node, scratch);
  const { path, bytes } = await makeBundle({ archive, node, folder: resolve(values.output) });
  console.log(`${path}: ${(bytes / 1e6).toFixed(1)} MB`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
