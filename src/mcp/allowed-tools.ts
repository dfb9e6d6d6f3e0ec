import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { toolNames, toolOf, type ToolName } from "./tools.ts";

/** The tools that change something. */
export const changingTools: readonly ToolName[] = toolNames.filter(
  (name) => toolOf(name)?.effect !== undefined,
);

/** Returns the tools of a server: those that change nothing, and those of a comma-separated list; `all` is every tool. */
export async function allowedTools(list: string | undefined): Promise<Result<readonly ToolName[]>> {
  const words = (list ?? "").split(",").map((word) => word.trim());
  const wanted = new Set(list === undefined ? [] : words);
  for (const word of wanted) {
    if (word === "all" || changingTools.some((name) => name === word)) continue;
    if (toolNames.some((name) => name === word)) {
      return fail("bad-usage", `${word} changes nothing, and is always allowed`, {
        hint: "leave it out of --allow",
      });
    }
    const { suggest } = await import("../text/suggest.ts");
    const guess = suggest(word, [...changingTools, "all"]);
    return fail("bad-usage", `there is no tool ${JSON.stringify(word)} to allow`, {
      hint: `${guess === undefined ? "" : `did you mean ${guess}? `}The choices are ${changingTools.join(", ")} and all`,
    });
  }
  const isAllowed = (name: ToolName): boolean =>
    !changingTools.includes(name) || wanted.has("all") || wanted.has(name);
  return ok(toolNames.filter(isAllowed));
}
