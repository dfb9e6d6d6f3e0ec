import { stringify } from "yaml";
import type { Ran, Sandbox } from "../rig/sandbox.ts";
import type { FleetFile, PlannedFleet } from "../fleet/fleet.ts";
import { linesOf } from "../fleet/state.ts";

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
    state: async () => linesOf(await box.sh(stateScript, { env: { LANE: name } })).toSorted(),
    forgetCache: async () => void (await box.run(["rm", "-rf", cache])),
    forgetStates: async () =>
      void (await box.run(["rm", "-rf", `${box.home}/.local/state/${name}/fleet/states`])),
    ageCache: async () =>
      void (await box.run(["find", cache, "-exec", "touch", "-d", "1 hour ago", "{}", "+"])),
  };
  const pathOf = (file: string): string => `${box.home}/work/${name}-${file}.yaml`;
  return lane;
}

/**
 * A script that lists active and failed units, panes, the variable GEN of each agent's command, and every file of the
 * fleet or of its runs. Left out are the start script's own notes on past runs, and the cache.
 */
const stateScript = `
  deadline=$((SECONDS + 20))
  while [ -n "$(systemctl --user list-jobs --no-legend --plain "$LANE-*")" ]; do
    [ $SECONDS -lt $deadline ] || { echo "its jobs do not end"; break; }
    sleep 0.02
  done
  systemctl --user show --property=Id,ActiveState,SubState,MainPID,InvocationID,TasksMax,Description \\
    "$LANE-*.service" | awk 'BEGIN { RS = ""; FS = "\\n" } !/ActiveState=inactive/ { $1 = $1; print "unit " $0 }'
  tmux -N -L "$LANE-factory" list-panes -a -F \\
    '#{pane_pid} pane #{session_name} #{session_id} #{pane_id} #{pane_pid} #{pane_dead} #{@mosaic_config} agent=#{@mosaic_agent}' \\
    2>/dev/null | while read -r pid line; do
      echo "$line"
      agent=\${line##*agent=}
      [ -n "$agent" ] || continue
      until child=$(<"/proc/$pid/task/$pid/children") && [ -n "$child" ]; do
        [ $SECONDS -lt $deadline ] || { echo "nothing runs in its pane"; continue 2; }
        sleep 0.01
      done
      while IFS= read -r -d '' variable; do
        case $variable in GEN=*) echo "runs $agent $variable" ;; esac
      done <"/proc/\${child% }/environ"
    done || true
  cd ~/.config
  find $(ls -d "$LANE" 2>/dev/null) systemd -path "*$LANE*" -printf '%y%m %p %l\\n'
  find $(ls -d "$LANE" 2>/dev/null) systemd -path "*$LANE*" -type f -exec cksum {} +
  {
    find ~/.cache/"$LANE" -type f ! -path '*/compiled/*' | grep -vE '/[0-9a-f]{32}[.]json$'
    find "$XDG_RUNTIME_DIR"/{mosaic-fleet,"$LANE"-*} ! -type d -path "*$LANE*" ! -name status ! -name restarts ! -name stopping
  } 2>/dev/null | sed 's/^/kept /' || true
`;
