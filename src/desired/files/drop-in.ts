import type { Layout } from "../layout.ts";
import { directives, type Directive, type DropInSettings } from "./directives.ts";

/** Returns the drop-in's text without its mark, or undefined if the template says it all. */
export function renderDropIn(settings: DropInSettings, layout: Layout): string | undefined {
  const text = section("Unit", settings, layout) + section("Service", settings, layout);
  return text === "" ? undefined : text;
}

function section(name: Directive["section"], settings: DropInSettings, layout: Layout): string {
  let lines = "";
  for (const directive of directives) {
    if (directive.section !== name) continue;
    for (const value of directive.values(settings, layout)) {
      if (value !== undefined) lines += `${directive.name}=${value}\n`;
    }
  }
  return lines === "" ? "" : `[${name}]\n${lines}`;
}
