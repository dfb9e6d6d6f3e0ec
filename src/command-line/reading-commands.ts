import { Option } from "commander";
import type { CommonFlags } from "../commands/shared/flags.ts";
import type { PlanFlags } from "../commands/shared/flags.ts";
import type { RenderFlags } from "../commands/shared/flags.ts";
import { formatChoices, jsonFormats } from "../commands/shared/plan-formats.ts";
import { common, planning, type Declarations } from "./options.ts";

/** Commands that change nothing, in the order of the help. */
export const readingCommands: Declarations = {
  validate(command, run) {
    common(command)
      .description("check fleet.yaml, and report all its errors at once")
      .option("--units", "also have systemd-analyze verify the units that are made of it")
      .action((flags: CommonFlags & { readonly units?: boolean }) =>
        run(flags, async (context) =>
          flags.units
            ? (await import("../commands/validate-units.ts")).validateUnitsCommand(context)
            : (await import("../commands/validate.ts")).validateCommand(context),
        ),
      );
  },
  plan(command, run) {
    planning(command)
      .description("show what apply would do; changes nothing")
      .option("--out <file>", "also save the plan, for fleet apply <file>")
      .addOption(
        new Option("--format <format>", "how to show it: github for annotations in a workflow").choices(
          formatChoices,
        ),
      )
      .action((agents: string[], flags: CommonFlags & PlanFlags) =>
        run({ ...flags, json: flags.json ?? jsonFormats.includes(flags.format ?? "text") }, async (context) =>
          (await import("../commands/plan/plan.ts")).planCommand(context, agents, flags),
        ),
      );
  },
  diff(command, run) {
    planning(command)
      .description("show the plan, and all that it would change in files")
      .action((agents: string[], flags: CommonFlags & PlanFlags) =>
        run(flags, async (context) =>
          (await import("../commands/plan/plan.ts")).planCommand(context, agents, {
            ...flags,
            format: "diff",
          }),
        ),
      );
  },
  why(command, run) {
    common(command)
      .argument("<agent>", "which agent")
      .description("show why an agent is planned for as it is, from the line in fleet.yaml on")
      .action((agent: string, flags: CommonFlags) =>
        run(flags, async (context) => (await import("../commands/why.ts")).whyCommand(context, agent)),
      );
  },
  status(command, run) {
    common(command)
      .argument("[agent...]", "only these agents")
      .description("show what is declared, what runs and what waits")
      .action((agents: string[], flags: CommonFlags) =>
        run(flags, async (context) => (await import("../commands/status.ts")).statusCommand(context, agents)),
      );
  },
  snapshot(command, run) {
    common(command)
      .description("print the observed state as JSON, for plan --against elsewhere")
      .action((flags: CommonFlags) =>
        run(flags, async (context) => (await import("../commands/snapshot.ts")).snapshotCommand(context)),
      );
  },
  render(command, run) {
    common(command)
      .description("write all files of the fleet into a folder, to look at or to use without this tool")
      .requiredOption("--out <folder>", "a folder of its own, which is laid out like ~/.config")
      .addHelpText("after", renderHelp)
      .action((flags: CommonFlags & RenderFlags) =>
        run(flags, async (context) => (await import("../commands/render.ts")).renderCommand(context, flags)),
      );
  },
  schema(command, run) {
    command
      .description("print the JSON Schema of fleet.yaml")
      .action(() =>
        run({}, async (context) => (await import("../commands/schema.ts")).schemaCommand(context)),
      );
  },
};

const renderHelp = `
Env files contain what fleet.yaml contains, secrets in env included; of envFiles they contain no value.
They are mode 0600: keep them so, and out of repositories that others can read.`;
