import { Argument } from "commander";
import type { CommonFlags, SelectionFlags } from "../commands/shared/flags.ts";
import { withSelection } from "../commands/shared/with-selection.ts";
import { common, type Declarations } from "./options.ts";
import { refuseNamesWithAll, selecting } from "./selecting.ts";

/** The command about the worktrees of agents. */
export const worktreeCommand: Declarations = {
  worktree(command, run) {
    common(command).addArgument(
      new Argument("<what>", "list: the worktrees and their states").choices(["list"]),
    );
    selecting(command, "every agent, as without names")
      .description("show the git worktrees of agents, also of former ones")
      .action((_: string, agents: string[], flags: CommonFlags & SelectionFlags) => {
        refuseNamesWithAll(command, agents, flags);
        return run(flags, (context) =>
          withSelection(context, agents, flags, async (selection) =>
            (await import("../commands/worktree/list.ts")).listWorktrees(context, selection),
          ),
        );
      });
  },
};
