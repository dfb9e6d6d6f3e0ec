import type { Path } from "./problem.ts";

/** The sections of fleet.yaml whose entries become units. */
export const entrySections = ["agents", "services"] as const;

/** A section with such entries. */
export type EntrySection = (typeof entrySections)[number];

/** Returns true for the key of such a section. */
export function isEntrySection(key: Path[number] | undefined): key is EntrySection {
  return entrySections.some((section) => section === key);
}

/** Returns the section of an entry. */
export function sectionOf({ service }: { readonly service?: true | undefined }): EntrySection {
  return service === true ? "services" : "agents";
}

/** Returns the place of an entry in fleet.yaml. */
export function entryPath(name: string, entry: { readonly service?: true | undefined }): Path {
  return [sectionOf(entry), name];
}

/** Returns the word for an entry of a section: `agent` or `service`. */
export function entryWord(section: EntrySection): "agent" | "service" {
  return section === "services" ? "service" : "agent";
}
