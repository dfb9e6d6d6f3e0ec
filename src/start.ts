import { printKeptHelp, printOldNode, printVersion } from "./report/terminal/print-at-start.ts";
import { loaderOf } from "./launcher/load-bundle.ts";
import { isOlder, oldestNode } from "./system/node-version.ts";

// The launcher of `fleet`. Scripts ask for the version often, and people for help: loading the parser of
// command lines and declaring all commands takes more than half of node's own time to start.
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
// The build makes command-line.js of src/cli.ts. This file only runs as a part of the bundle, which is
// CommonJS.
if (!isPrinted) loaderOf(__dirname, require, process.env)("./command-line.js");
