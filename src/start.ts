import { printKeptHelp } from "./report/print-help.ts";
import { printVersion } from "./report/print-version.ts";
import { compiledRequire } from "./system/compiled-code.ts";

// What `fleet` begins with. Scripts ask for the version often, and people for help; to load the reader of command lines
// and declare all commands to it takes more than half of what node itself takes to start.
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
