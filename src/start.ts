import { printKeptHelp } from "./report/terminal/print-help.ts";
import { printVersion } from "./report/terminal/print-version.ts";
import { printOldNode } from "./report/terminal/print-old-node.ts";
import { compiledRequire } from "./system/compiled-code.ts";
import { isOlder, oldestNode } from "./system/node-version.ts";

// What `fleet` begins with. Scripts ask for the version often, and people for help; to load the reader of command lines
// and declare all commands to it takes more than half of what node itself takes to start.
if (isOlder(process.versions.node, oldestNode)) {
  printOldNode(process.versions.node, oldestNode, process.execPath);
  process.exit(1);
}

const [, , first = "", ...more] = process.argv;
const isAlone = more.length === 0;
const isPrinted =
  isAlone &&
  ((["--version", "-V", "version", "-v"].includes(first) && printVersion()) ||
    (["--help", "-h", "help"].includes(first) && printKeptHelp()));
if (!isPrinted) {
  // What the build makes of src/cli.ts. This file is only ever run as a part of the bundle, which is CommonJS.
  compiledRequire(__dirname, require)("./command-line.js");
}
