import { Argument, Option, type Command } from "commander";
import type { Context } from "../../commands/shared/context.ts";
import type { CommonFlags, HostsFlags, SourceFlags, WorktreeFlags } from "../../commands/shared/flags.ts";
import type { PlaceFlags } from "../../commands/place/place-flags.ts";
import { withSelection } from "../../commands/shared/with-selection.ts";
import { signedCommits } from "../../config/source/source-settings.ts";
import { atLeastOneOption, parseDurationOption } from "../option-values.ts";
import { common, reachingHosts, writing, type Declarations } from "../options.ts";
import { refuseNamesWithAll, selecting } from "../selecting.ts";

/** The commands about machines and Git repositories: hosts and places of agents, worktrees, and the source of fleet.yaml. */
export const repositoryCommands: Declarations = {
  hosts(command, run) {
    common(command)
      .addArgument(
        new Argument(
          "[what]",
          "check them over ssh, trust their keys, let them follow a repository, have them fetch, import them",
        ).choices(hostActions),
      )
      .argument("[hosts]", "which, as for --host of other commands (default: all); import: the inventory")
      .description(
        "list the machines of the fleet, check them, let them follow a Git repository, or import them",
      )
      .option(
        "--max-parallel <number>",
        "check, enroll, sync: how many hosts at a time (32)",
        atLeastOneOption,
      )
      .option("--skip-unreachable", "enroll, unenroll: leave unreachable hosts out of the exit code")
      .option("--group <name>", "import: the hosts of this group only")
      .option("--source <address>", "enroll: the repository, as git takes it on the hosts")
      .option("-y, --yes", "enroll, unenroll: do not ask");
    enrolling(command)
      .addHelpText("after", hostsHelp)
      .action(
        (
          what: (typeof hostActions)[number] | undefined,
          hosts: string | undefined,
          flags: CommonFlags & HostsFlags & SourceFlags,
        ) => {
          if (what === "import" && hosts === undefined)
            command.error("error: fleet hosts import needs an inventory of Ansible");
          if ((what === "enroll" || what === "unenroll") && hosts === undefined)
            command.error(`error: fleet hosts ${what} needs hosts: names, patterns, LABEL=VALUE, or all`);
          if (what === "enroll" && flags.source === undefined)
            command.error("error: fleet hosts enroll needs --source, the address of a repository");
          if (what !== "enroll" && flags.source !== undefined)
            command.error("error: --source is an option of fleet hosts enroll");
          if (
            (what === undefined || what === "trust" || what === "import") &&
            flags.maxParallel !== undefined
          )
            command.error(
              "error: --max-parallel is an option of fleet hosts check, enroll, unenroll and sync",
            );
          if (what !== "import" && flags.group !== undefined)
            command.error("error: --group is an option of fleet hosts import");
          return run(flags, (context) => hostsActionOf(context, what, hosts, flags));
        },
      );
  },
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
              ? (await import("../../commands/worktree/list.ts")).listWorktrees(context, selection)
              : (await import("../../commands/worktree/prune.ts")).pruneWorktrees(context, selection, flags),
          ),
        );
      });
  },
  place(command, run) {
    common(command)
      .description("show where agents with spread are, and write the table that keeps them there")
      .option("-w, --write", "write fleet.place.json; without it, only show what would change")
      .option("--rebalance", "also move the fewest agents that make the shares of hosts right")
      .option("--drain <hosts>", "these hosts take no agents any more: those that are there move")
      .option("--undrain <hosts>", "these hosts take agents again")
      .option("--lost <hosts>", "the machines of these hosts are gone for ever, with their agents")
      .option(
        "--ended <agents>",
        "these agents run on no host but their place, though a host waits for their end",
      )
      .option("--max-moves <number>", "at most so many agents on their way at a time", atLeastOneOption)
      .option("--max-parallel <number>", "--write: how many hosts to ask at a time (32)", atLeastOneOption)
      .addHelpText("after", placeHelp)
      .action((flags: CommonFlags & PlaceFlags) => {
        if (flags.maxParallel !== undefined && flags.write !== true)
          command.error("error: --max-parallel is an option of fleet place --write");
        return run(flags, async (context) =>
          (await import("../../commands/place/place.ts")).placeCommand(context, flags),
        );
      });
  },
  source(command, run) {
    reachingHosts(common(command))
      .addArgument(
        new Argument(
          "<what>",
          "show its state, fetch now, stay at a revision, accept a rewritten one, begin, or end",
        ).choices(sourceActions),
      )
      .argument("[revision]", "accept, pin: a commit; enroll: the address of the repository")
      .description("show and steer the Git repository behind fleet.yaml")
      .option("--source <path>", "its source.yaml (default: ~/.config/mosaic/fleet/source.yaml)")
      .option("-y, --yes", "do not ask")
      .option("--as <host>", "enroll: the host of the fleet that this machine is")
      .option("--fleet <name>", "enroll: the name of the fleet; refuse a repository of another one");
    enrolling(command)
      .addHelpText("after", sourceHelp)
      .action((what: string, revision: string | undefined, flags: CommonFlags & SourceFlags) => {
        const needs = { accept: "a commit", pin: "a commit", enroll: "the address of a repository" }[what];
        if (needs !== undefined && revision === undefined)
          command.error(`error: fleet source ${what} needs ${needs}`);
        if (needs === undefined && revision !== undefined)
          command.error(`error: fleet source ${what} takes no argument`);
        return run(flags, async (context) =>
          (await import("../../commands/source/source.ts")).sourceCommandOf(
            context,
            what,
            revision ?? "",
            flags,
          ),
        );
      });
  },
};

/** Adds the options of commands that let a machine follow a repository. */
function enrolling(command: Command): Command {
  return command
    .option("--ref <name>", "enroll: the branch, or refs/tags/NAME (main)")
    .option("--path <path>", "enroll: the fleet file in the repository (fleet.yaml)")
    .option("--interval <duration>", "enroll: the time between two fetches (1m)", parseDurationOption)
    .option("--signers <file>", "enroll: the keys of the people whose commits count, as in ssh-keygen(1)")
    .addOption(
      new Option("--commits <which>", "enroll: the commits that need a signature (head)").choices(
        signedCommits,
      ),
    )
    .option("--no-verify", "enroll: take any commit, without a signature");
}

const hostActions = ["check", "trust", "enroll", "unenroll", "sync", "import"] as const;

/** Runs one of the actions of `fleet hosts`, or the list without one. */
async function hostsActionOf(
  context: Context,
  what: (typeof hostActions)[number] | undefined,
  hosts: string | undefined,
  flags: HostsFlags & SourceFlags,
): Promise<number> {
  switch (what) {
    case "check":
      return (await import("../../commands/hosts/contact/check-hosts.ts")).checkHosts(
        context,
        hosts ?? "all",
      );
    case "trust":
      return (await import("../../commands/hosts/contact/trust-hosts.ts")).trustHosts(
        context,
        hosts ?? "all",
      );
    case "sync":
      return (await import("../../commands/hosts/source/sync-hosts.ts")).syncHosts(context, hosts ?? "all");
    case "enroll":
    case "unenroll": {
      const actions = await import("../../commands/hosts/source/enroll-hosts.ts");
      const act = what === "enroll" ? actions.enrollHosts : actions.unenrollHosts;
      return act(context, hosts ?? "", flags);
    }
    case "import":
      return (await import("../../commands/hosts/import-hosts.ts")).importHosts(
        context,
        hosts ?? "",
        flags.group,
      );
    case undefined:
      return (await import("../../commands/hosts.ts")).hostsCommand(context);
  }
}

const sourceActions = ["status", "sync", "accept", "pin", "unpin", "enroll", "unenroll"] as const;

const hostsHelp = `
  fleet hosts                      the hosts of fleet.yaml with their agents
  fleet hosts check [HOSTS]        connects, and shows what doctor finds there
  fleet hosts trust [HOSTS]        ssh asks about unknown keys
  fleet hosts enroll HOSTS --source ADDRESS --signers FILE
                                   they follow a Git repository from now on
  fleet hosts unenroll HOSTS       they follow it no more; their agents go on
  fleet hosts sync [HOSTS]         their watches fetch from Git now
  fleet hosts import INVENTORY > hosts.yaml
                                   the hosts of an inventory of Ansible`;

const worktreeHelp = `
  fleet worktree list              every worktree that fleet has made
  fleet worktree prune             what can go of agents that left fleet.yaml
  fleet worktree prune --yes       removes it; the branches stay
  fleet worktree prune coder-3     also of a declared agent, if it is stopped
A worktree stays if anything would be lost with it, and prune says what.`;

const sourceHelp = `
  fleet source status              what it follows, and its state
  fleet source sync                fetch now, and wait for the result
  fleet source pin REVISION        stay at a commit; unpin goes on
  fleet source accept REVISION     after a force push: take the newest commit
  fleet source enroll ADDRESS --signers FILE
                                   follow a repository on this machine, or
                                   renew what a former call has installed
  fleet source unenroll            follow it no more; the agents go on
With --host, status, sync, pin, unpin and accept are for other machines; for
the others there is fleet hosts enroll, and unenroll.
A watch with this source does the rest: fleet watch --source.`;

const placeHelp = `
With fleet.place.json next to fleet.yaml, an agent stays on its host until the
table says another one, and each agent with spread needs a place in it. Commit
both together. An agent that moves is on its way: its old host ends it, and its
new host starts it only after that. fleet apply --host does both in one run.
Then, and for hosts that pull from Git, fleet place --write asks the old hosts,
and lets the agents arrive that have ended there.`;
