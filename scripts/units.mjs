// Writes the scripts in units/ that are joined from parts.
import { writeFileSync } from "node:fs";
import { joinedScripts, joinScript } from "./units/joined-scripts.mjs";

for (const script of joinedScripts) writeFileSync(script.file, joinScript(script));
