import type { FieldPlaces } from "../../field-places.ts";
import { shownPath } from "../included-files.ts";
import { hostOf, type LoadedFleet } from "../load.ts";

/** Returns a finder of lines in fleet.yaml and the files it includes. Loads the YAML parser. */
export async function fleetPlaces({
  config,
  text,
  file,
  included,
}: Pick<LoadedFleet, "config" | "text" | "file" | "included">): Promise<FieldPlaces> {
  const { fieldPlaces } = await import("../../field-places.ts");
  const further = included.map((each) => ({ file: shownPath({ file }, each), text: each.text }));
  return fieldPlaces(text, file, further, hostOf(config)?.name);
}
