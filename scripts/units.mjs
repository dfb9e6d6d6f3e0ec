// Writes units/start-agent-session.sh from its parts.
import { writeFileSync } from "node:fs";
import { joinStartScript, startScript } from "./units/start-script.mjs";

writeFileSync(startScript, joinStartScript());
