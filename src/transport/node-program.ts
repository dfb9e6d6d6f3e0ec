import { closeSync, openSync, readSync } from "node:fs";
import { machine } from "node:os";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { loadCrypto } from "../text/digests/digest.ts";
import { errorMessage } from "../text/error-message.ts";
import type { NodeProgram } from "./boot.ts";

/** The node of this machine for others. */
export interface ShippedNode extends NodeProgram {
  readonly path: string;
}

/** Returns the node that runs this program, by its content. Reads all of it: about 100 MB. */
export function nodeOfThis(path = process.execPath): Result<ShippedNode> {
  try {
    return ok({ path, ...readProgram(path), machine: machine() });
  } catch (error) {
    return fail("file-unreadable", `the node of this machine cannot be read: ${path}`, {
      detail: errorMessage(error),
      hint: "remove node: ship from the hosts, so that they use a node of their own",
    });
  }
}

const blockBytes = 1024 * 1024;

function readProgram(path: string): Pick<NodeProgram, "hash" | "bytes" | "libc"> {
  const file = openSync(path, "r");
  try {
    const hash = loadCrypto().createHash("sha256");
    const block = Buffer.alloc(blockBytes);
    let isMusl = false;
    let bytes = 0;
    for (let read = readSync(file, block); read > 0; read = readSync(file, block)) {
      const piece = block.subarray(0, read);
      // The head of the file names the loader of its libc.
      if (bytes === 0) isMusl = piece.includes("/ld-musl-");
      hash.update(piece);
      bytes += read;
    }
    return { hash: hash.digest("hex"), bytes, libc: isMusl ? "musl" : "glibc" };
  } finally {
    closeSync(file);
  }
}
