import { printKeptHelp } from "./report/print-help.ts";
import { printVersion } from "./report/print-version.ts";

// What `fleet` begins with. Scripts ask for the version often, and people for help; to load the reader of command lines
// and declare all commands to it takes more than half of what node itself takes to start.
const [, , first = "", ...more] = process.argv;
if (more.length === 0 && ["--version", "-V"].includes(first)) printVersion();
else if (more.length > 0 || !["--help", "-h"].includes(first) || !printKeptHelp()) void import("./cli.ts");
