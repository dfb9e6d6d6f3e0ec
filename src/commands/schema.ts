import { fleetJsonSchema } from "../config/json-schema.ts";
import type { Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";

/** Runs `fleet schema`: prints the JSON Schema of fleet.yaml, for editors. */
export function schemaCommand({ output }: Context): ExitCode {
  output.raw(`${JSON.stringify(fleetJsonSchema(), null, 2)}\n`);
  return exitCodes.ok;
}
