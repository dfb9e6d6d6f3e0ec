import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { nameOfValue, quoteShortened } from "../describe-path.ts";
import type { LiteralPart } from "./literal-variables.ts";

/** Returns the warning for an unexpanded part of a value. */
export function literalWarning({ path, part, kind }: LiteralPart, place: Place | undefined): Diagnostic {
  return {
    severity: "warning",
    code: "not-expanded",
    summary: `${nameOfValue(path)} has ${quoteShortened(part)}, which is not expanded`,
    detail: details[kind],
    hint: hintFor(kind, part),
    place,
  };
}

const details: Readonly<Record<LiteralPart["kind"], string>> = {
  variable: "Values of env arrive as they are written.",
  home: "Values of env arrive as they are written.",
  word: "A list is passed on as it is: no shell reads it.",
  folder: "A path is taken as it is written.",
};

function hintFor(kind: LiteralPart["kind"], part: string): string {
  switch (kind) {
    case "variable":
      return "write the value itself; only a command that is one line is read by a shell";
    case "home":
      return "write the path in full, such as /home/NAME/bin";
    case "word":
      return "write the command as one line, which a shell reads; or write the value itself";
    case "folder":
      return hintForFolder(part.replaceAll(/[${}]/g, ""));
  }
}

function hintForFolder(name: string): string {
  if (name === "MOSAIC_AGENT_NAME") return "write {name}";
  if (name === "MOSAIC_AGENT_REPLICA") return "write {replica}";
  return "write the path in full; begin with ~/ for your home directory";
}
