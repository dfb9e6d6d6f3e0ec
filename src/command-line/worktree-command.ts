import { Argument } from "commander";
import type { CommonFlags, WorktreeFlags } from "../commands/shared/flags.ts";
import { withSelection } from "../commands/shared/with-selection.ts";
import { writing, type Declarations } from "./options.ts";
import { refuseNamesWithAll, selecting } from "./selecting.ts";

/** The command about the worktrees of agents. */
export const worktreeCommand: Declarations = {
  worktree(command, run) {
    writing(command).addArgument(
      new Argument("<what>", "list them with their states, or prune those without work").choices([
        "list",
        "prune",
      ]),
    );
    selecting(command, "every agent, also declared ones")
      .description("show the git worktrees of agents, and remove those without work")
      .option("-y, --yes", "prune: remove them; without it, only show what would be removed")
      .option("--unpushed", "prune: also those with commits that only their branch has, which stays")
      .addHelpText("after", worktreeHelp)
      .action((what: string, agents: string[], flags: CommonFlags & WorktreeFlags) => {
        refuseNamesWithAll(command, agents, flags);
        const isList = what === "list";
        if (isList && (flags.yes === true || flags.unpushed === true))
          command.error("error: --yes and --unpushed are options of fleet worktree prune");
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            isList
              ? (await import("../commands/worktree/list.ts")).listWorktrees(context, selection)
              : (await import("../commands/worktree/prune.ts")).pruneWorktrees(context, selection, flags),
          ),
        );
      });
  },
};

const worktreeHelp = `
  fleet worktree list              every worktree that fleet has made
  fleet worktree prune             what can go of agents that left fleet.yaml
  fleet worktree prune --yes       removes it; the branches stay
  fleet worktree prune coder-3     also of a declared agent, if it is stopped
A worktree stays if anything would be lost with it, and prune says what.`;
