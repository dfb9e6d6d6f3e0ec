import { describe, expect, it } from "vitest";
import { program } from "../../src/command-line/program.ts";
import { parseMessage } from "../../src/ui/messages.ts";
import { allowances, allowancesOf, guards, type Guard } from "../../src/plan/allowances.ts";

const root = program(undefined, async () => undefined);

function flagsOf(command: string): readonly (string | undefined)[] {
  const found = root.commands.find((each) => each.name() === command);
  return found?.options.map(({ long }) => long) ?? [];
}

/** The commands that print the refusals of such a plan. */
const printing = {
  apply: ["plan", "diff", "apply", "edit", "rollback"],
  restart: ["restart"],
  start: ["start"],
  stop: ["stop"],
  adopt: ["adopt"],
  destroy: ["destroy"],
} as const;

const verbs = Object.keys(printing) as readonly (keyof typeof printing)[];

describe("The flag against a guard", () => {
  const named = Object.entries(guards).flatMap(([guard, { against, allowance }]: [string, Guard]) =>
    against.flatMap((verb) => printing[verb].map((command) => ({ guard, command, allowance }))),
  );

  it.each(named)("exists in each command that names it: $guard, fleet $command", ({ command, allowance }) => {
    expect(flagsOf(command)).toContain(allowances[allowance].flag);
  });

  it("is accepted from a page", () => {
    const allow = [...new Set(Object.values(guards).map(({ allowance }) => allowances[allowance].flag))];
    const change = { verb: "apply", agents: [], now: false, allow };
    expect(parseMessage(JSON.stringify({ t: "plan", id: 1, change }))).toMatchObject({ change: { allow } });
  });

  it.each(verbs)("is passed on by a page only if the command has it: fleet %s", (verb) => {
    const flags = allowancesOf(verb).map((name) => allowances[name].flag);
    for (const command of printing[verb]) {
      expect(flagsOf(command)).toEqual(expect.arrayContaining(flags));
      expect(flagsOf(command).includes("--allow-remove-all")).toBe(flags.includes("--allow-remove-all"));
    }
  });
});
