import { stringify } from "yaml";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import type { FleetFile, PlannedFleet } from "../fleet/fleet.ts";
import { linesOf } from "../fleet/state.ts";
import { until } from "../rig/until.ts";

/**
 * One of several fleets in a sandbox, for the same work side by side, because most of the time of an apply is waiting.
 * Each has fleet files and a cache of its own.
 */
export interface Lane {
  /** The fleet's name. */
  readonly name: string;
  /** Writes one of its fleet files. */
  declare(file: string, content: FleetFile): Promise<void>;
  /** Runs `fleet ARGS…` for one of its fleet files. With variables, which may load code, it is a process of its own. */
  fleet(file: string, args: readonly string[], env?: Record<string, string>): Promise<Ran>;
  /** Runs it in the same way, and throws if it does not exit with 0. */
  succeed(file: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** The plan for one of its fleet files; throws if there is none. */
  plan(file: string): Promise<PlannedFleet>;
  /** Returns the whole state of the lane as sorted lines, once systemd has no more jobs for it. */
  state(): Promise<readonly string[]>;
  /** Makes the next run read its fleet file as if for the first time. */
  forgetCache(): Promise<void>;
  /** Makes the next run keep the texts of its fleet file as if for the first time. */
  forgetStates(): Promise<void>;
  /** Makes the leftovers of a run in the cache look old. */
  ageCache(): Promise<void>;
}

/** Returns a lane without a declaration. */
export function openLane(box: Sandbox, name: string): Lane {
  const cache = `${box.home}/.cache/${name}`;
  const lane: Lane = {
    name,
    declare: (file, content) => box.write(pathOf(file), stringify({ version: 1, name, ...content })),
    fleet(file, args, env) {
      const how = { env: { XDG_CACHE_HOME: cache, ...env } };
      const words = [...args, "-f", pathOf(file)];
      return env === undefined ? box.fleet(words, how) : box.run(["fleet", ...words], how);
    },
    async succeed(file, args, env) {
      const ran = await lane.fleet(file, args, env);
      if (ran.code !== 0)
        throw new Error(`fleet ${args.join(" ")}: exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    },
    plan: async (file) => JSON.parse(await lane.succeed(file, ["plan", "--json"])) as PlannedFleet,
    state: () => stateOf(box, name),
    forgetCache: async () => void (await box.run(["rm", "-rf", cache])),
    forgetStates: async () =>
      void (await box.run(["rm", "-rf", `${box.home}/.local/state/${name}/fleet/states`])),
    ageCache: async () =>
      void (await box.run(["find", cache, "-exec", "touch", "-d", "1 hour ago", "{}", "+"])),
  };
  const pathOf = (file: string): string => `${box.home}/work/${name}-${file}.yaml`;
  return lane;
}

/** The properties of units that are compared. */
const properties = ["Id", "ActiveState", "SubState", "MainPID", "InvocationID", "TasksMax", "Description"];
const paneFormat =
  "#{pane_pid} pane #{session_name} #{session_id} #{pane_id} #{pane_pid} #{pane_dead} #{@mosaic_config} agent=#{@mosaic_agent}";

/** The notes that the start script makes about past runs. */
const ownNotes = /\/(?:status|restarts|stopping)$/;

/**
 * Returns the active and failed units, the panes, the variable GEN of each agent's command, and every file of the fleet
 * or of its runs, each as a line. Left out are the start script's own notes on past runs, and the cache of the fleet
 * file.
 */
async function stateOf(box: Sandbox, name: string): Promise<readonly string[]> {
  const units = await unitsWithoutJobs(box, name);
  const tmux = ["tmux", "-N", "-L", `${name}-factory`];
  const [panes, files, cache, runtime] = await Promise.all([
    box.run([...tmux, "list-panes", "-a", "-F", paneFormat]),
    box.entries("~/.config", { isDigested: true }),
    box.entries(`~/.cache/${name}`),
    box.entries(`/run/user/${box.uid}`, { without: ["systemd"] }),
  ]);
  const paneLines = linesOf(panes.stdout).map((line) => line.slice(line.indexOf(" ") + 1));
  const runs = await Promise.all(linesOf(panes.stdout).map((line) => runIn(box, line)));
  const ofFleet = files.filter(
    ({ path }) => path.includes(name) && (path.startsWith(`${name}/`) || path.startsWith("systemd/")),
  );
  const isOfFile = /\/compiled\/|\/[0-9a-f]{32}\.json$/;
  return [
    ...units,
    ...paneLines,
    ...runs.flat(),
    ...ofFleet.map(({ kind, mode, path, link }) => `${kind}${mode} ${path} ${link}`),
    ...ofFleet.flatMap(({ path, digest }) => (digest === undefined ? [] : [`text ${digest} ${path}`])),
    ...cache
      .filter(({ kind, path }) => kind === "f" && !isOfFile.test(`/${path}`))
      .map(({ path }) => `kept ${box.home}/.cache/${name}/${path}`),
    ...runtime
      .filter(({ kind, path }) => kind !== "d" && !ownNotes.test(path) && isOfRuns(path, name))
      .map(({ path }) => `kept /run/user/${box.uid}/${path}`),
  ].toSorted();
}

/** Returns true for a path in the runtime directory that belongs to a fleet's runs or agents. */
function isOfRuns(path: string, name: string): boolean {
  return path.startsWith(`${name}-`) || (path.startsWith("mosaic-fleet/") && path.includes(name));
}

/** Returns the loaded units that are not inactive, once systemd has no more jobs for them. */
async function unitsWithoutJobs(box: Sandbox, name: string): Promise<readonly string[]> {
  const asked = `--property=${properties.join()},Job`;
  let blocks: readonly (readonly string[])[] = [];
  const settled = async (): Promise<boolean> => {
    const shown = await box.sh(`systemctl --user show ${asked} '${name}-*.service'`);
    blocks = shown.split("\n\n").map(linesOf);
    return blocks.every((block) => block.every((line) => !/^Job=./.test(line)));
  };
  await until(`${name} has no more jobs`, settled, 20_000);
  return blocks
    .map((block) => block.filter((line) => !line.startsWith("Job=")))
    .filter((block) => block.length > 0 && !block.includes("ActiveState=inactive"))
    .map((block) => `unit ${block.join(" ")}`);
}

/** Returns the variable GEN of the command in an agent's pane, once the pane has one. */
async function runIn(box: Sandbox, line: string): Promise<readonly string[]> {
  const [pid = ""] = line.split(" ");
  const agent = line.slice(line.lastIndexOf("agent=") + "agent=".length);
  if (agent === "") return [];
  const child = await until(
    `something runs in the pane of ${agent}`,
    async () => (await box.read(`/proc/${pid}/task/${pid}/children`)).trim() || undefined,
    20_000,
  );
  const environment = await box.read(`/proc/${child}/environ`);
  return environment
    .split("\0")
    .filter((variable) => variable.startsWith("GEN="))
    .map((variable) => `runs ${agent} ${variable}`);
}
