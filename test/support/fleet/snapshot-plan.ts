import type { Ran, Sandbox } from "../rig/sandbox.ts";

/** The formats of a plan; except for idle times, each is the same on every machine. */
const formats = [[], ["-v"], ["--json"], ["--format", "markdown"], ["--format", "github"]] as const;

/**
 * Runs `fleet ARGS…` as on a runner of somebody's CI: another home, no user manager, and neither systemctl nor tmux nor
 * anything else on PATH but node and fleet.
 */
export async function onRunner(box: Sandbox, ...args: readonly string[]): Promise<Ran> {
  await box.sh("mkdir -p /tmp/runner");
  return box.fleet(args, { env: { HOME: "/tmp/runner", PATH: "/run/fleet/bin" }, isBare: true });
}

/** A plan of the live machine and one of the runner against its snapshot, in every format, to be equal. */
export interface Compared {
  readonly snapshot: string;
  readonly live: readonly string[];
  readonly against: readonly string[];
}

/** Takes a snapshot, and plans on the machine and on the runner; throws if one of them does not exit with 0. */
export async function compare(box: Sandbox): Promise<Compared> {
  const taken = await box.run(["bash", "-c", "fleet snapshot >live.json && cat live.json"]);
  const live = await Promise.all(formats.map((format) => box.fleet(["plan", ...format])));
  const against = await Promise.all(
    formats.map((format) => onRunner(box, "plan", "--against", "live.json", ...format)),
  );
  for (const ran of [taken, ...live, ...against])
    if (ran.code !== 0) throw new Error(`exit ${ran.code}\n${ran.stdout}${ran.stderr}`);
  return { snapshot: taken.stdout, live: live.map(timeless), against: against.map(timeless) };
}

/** Returns the output without the parts that change within a second, and without the commands of -v. */
function timeless({ stdout, stderr }: Ran): string {
  const said = stderr.replaceAll(/^\$ .*\n/gm, "");
  return `${stdout}${said}`
    .replaceAll(/last output [^,)\n]*? ago/g, "last output a while ago")
    .replaceAll(/"idleSeconds": \d+/g, '"idleSeconds": 0');
}
