import type { Plan } from "../plan/types.ts";
import { naturally } from "../text/natural-order.ts";
import type { Finding } from "./finding.ts";
import type { LogDisk, LogFacts, LogObstacle } from "./log-facts.ts";

const megabyte = 2 ** 20;

/** Less than this is not enough for a rotation of small files, bytes. */
const fullBelow = megabyte;

/** Less than this share, or than this number of bytes, is nearly full. */
const scarce = { share: 0.05, bytes: 1024 * megabyte } as const;

/** Returns the findings on the logs of a fleet. Pure. */
export function logFindings({ agents }: Plan, { obstacles, disks }: LogFacts): readonly Finding[] {
  const ended = agents
    .filter(({ changes }) => changes.some(({ reason }) => reason === "log-ended"))
    .map(({ name }) => name);
  return [...obstacleFindings(obstacles), ...endedFinding(ended), ...disks.flatMap(diskFinding)];
}

/** Returns one finding for each path: a folder may hold the logs of all agents. */
function obstacleFindings(obstacles: readonly LogObstacle[]): readonly Finding[] {
  return [...new Set(obstacles.map(({ path }) => path))].flatMap((path): readonly Finding[] => {
    const [first, ...others] = obstacles.filter((each) => each.path === path);
    if (first === undefined) return [];
    const { problem, uid, mode, isOwn } = first;
    const agents = [first, ...others].map(({ agent }) => agent);
    const facts = { kind: "log-blocked", path, problem, uid, mode, isOwn, agents } as const;
    const fix = problem === "denied" && isOwn ? ({ kind: "make-writable", path } as const) : undefined;
    return [{ check: "logs", severity: "broken", ...facts, ...(fix === undefined ? {} : { fix }) }];
  });
}

function endedFinding(agents: readonly string[]): readonly Finding[] {
  if (agents.length === 0) return [];
  const names = naturally(agents);
  const fix = { kind: "start-logs", agents: names } as const;
  return [{ check: "logs", severity: "broken", kind: "log-unwritten", agents: names, fix }];
}

function diskFinding(disk: LogDisk): readonly Finding[] {
  const { freeBytes, totalBytes, growthBytes } = disk;
  const facts = { check: "logs", kind: "log-disk", ...disk } as const;
  if (freeBytes < fullBelow) return [{ ...facts, severity: "broken" }];
  if (freeBytes < Math.min(totalBytes * scarce.share, scarce.bytes))
    return [{ ...facts, severity: "warning" }];
  return freeBytes < growthBytes ? [{ ...facts, severity: "advice" }] : [];
}
