import { fleetJsonSchema } from "../../config/json-schema.ts";
import { program } from "../program.ts";
import { commandPage, fleetPage, type Edition } from "./command-pages.ts";
import { filePage } from "./file-page.ts";

/** Returns all man pages by the names of their files: of the program, of each command, and of fleet.yaml. */
export function manPages(edition: Edition): ReadonlyMap<string, string> {
  const root = program(undefined, () => Promise.resolve());
  return new Map([
    ["fleet.1", fleetPage(root, edition)],
    ...root.commands.map((command) => [`fleet-${command.name()}.1`, commandPage(command, edition)] as const),
    ["fleet.yaml.5", filePage(fleetJsonSchema(), edition)],
  ]);
}
