import { Argument, Option } from "commander";
import type { CommonFlags, SourceFlags, WorktreeFlags } from "../commands/shared/flags.ts";
import { withSelection } from "../commands/shared/with-selection.ts";
import { signedCommits } from "../config/source/source-settings.ts";
import { parseDurationOption } from "./option-values.ts";
import { common, writing, type Declarations } from "./options.ts";
import { refuseNamesWithAll, selecting } from "./selecting.ts";

/** The commands about Git repositories: the worktrees of agents, and the source of fleet.yaml. */
export const repositoryCommands: Declarations = {
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
  source(command, run) {
    common(command)
      .addArgument(
        new Argument(
          "<what>",
          "show its state, stay at a revision, accept a rewritten one, or begin",
        ).choices(sourceActions),
      )
      .argument("[revision]", "accept, pin: a commit; enroll: the address of the repository")
      .description("show and steer the Git repository behind fleet.yaml")
      .option("--source <path>", "its source.yaml (default: ~/.config/mosaic/fleet/source.yaml)")
      .option("-y, --yes", "do not ask")
      .option("--ref <name>", "enroll: the branch, or refs/tags/NAME (main)")
      .option("--path <path>", "enroll: the fleet file in the repository (fleet.yaml)")
      .option("--as <host>", "enroll: the host of the fleet that this machine is")
      .option("--interval <duration>", "enroll: the time between two fetches (1m)", parseDurationOption)
      .option("--signers <file>", "enroll: the keys of the people whose commits count, as in ssh-keygen(1)")
      .addOption(
        new Option("--commits <which>", "enroll: the commits that need a signature (head)").choices(
          signedCommits,
        ),
      )
      .option("--no-verify", "enroll: take any commit, without a signature")
      .addHelpText("after", sourceHelp)
      .action((what: string, revision: string | undefined, flags: CommonFlags & SourceFlags) => {
        const needs = { accept: "a commit", pin: "a commit", enroll: "the address of a repository" }[what];
        if (needs !== undefined && revision === undefined)
          command.error(`error: fleet source ${what} needs ${needs}`);
        if (needs === undefined && revision !== undefined)
          command.error(`error: fleet source ${what} takes no argument`);
        return run(flags, async (context) =>
          (await import("../commands/source/source.ts")).sourceCommandOf(
            context,
            what,
            revision ?? "",
            flags,
          ),
        );
      });
  },
};

const sourceActions = ["status", "accept", "pin", "unpin", "enroll"] as const;

const worktreeHelp = `
  fleet worktree list              every worktree that fleet has made
  fleet worktree prune             what can go of agents that left fleet.yaml
  fleet worktree prune --yes       removes it; the branches stay
  fleet worktree prune coder-3     also of a declared agent, if it is stopped
A worktree stays if anything would be lost with it, and prune says what.`;

const sourceHelp = `
  fleet source status              what it follows, and its state
  fleet source pin REVISION        stay at a commit; unpin goes on
  fleet source accept REVISION     after a force push: take the newest commit
  fleet source enroll ADDRESS --signers FILE
                                   follow a repository on this machine
A watch with this source does the rest: fleet watch --source.`;
