import { printVersion } from "./report/print-version.ts";

// What `fleet` begins with. Scripts ask for the version often, and to load the reader of command lines and declare all
// commands to it takes a fifth of what node itself takes to start.
const [, , first, ...more] = process.argv;
if ((first === "--version" || first === "-V") && more.length === 0) printVersion();
else void import("./cli.ts");
