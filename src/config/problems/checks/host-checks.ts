import { entryPath, entryWord, sectionOf } from "../../entry-path.ts";
import {
  choiceOf,
  chosenHosts,
  hostsOf,
  isSpread,
  plainChoice,
  takingHosts,
  type HostChoice,
  type Hosts,
} from "../../hosts/slice.ts";
import { findEntry } from "../../schema/replicas.ts";
import type { FleetConfig } from "../../types.ts";
import type { Path, Problem } from "../../problem.ts";
import { listInSentence, quoteShortened } from "../../describe-path.ts";
import { suggest } from "../../../text/suggest.ts";

/** Checks the hosts of each entry, their existence, and that no dependency leaves a host. */
export function hostProblems(config: FleetConfig): readonly Problem[] {
  const { hosts, agents, defaults } = config;
  const entries = Object.entries(agents);
  if (hosts === undefined) {
    const used = entries.filter(([, entry]) => entry.hosts !== undefined);
    return [
      ...(defaults.hosts === undefined ? [] : [noHostsProblem(["defaults", "hosts"])]),
      ...used.map(([name, entry]) => noHostsProblem([...entryPath(name, entry), "hosts"])),
    ];
  }
  return [
    ...sameMachine(hosts),
    ...canaryProblems(config, hosts),
    ...(defaults.hosts === undefined ? [] : choiceProblems(defaults.hosts, ["defaults", "hosts"], hosts)),
    ...entries.flatMap(([name, entry]) => {
      const path = entryPath(name, entry);
      if (choiceOf(entry, config) === undefined) return [nowhere(path, hosts)];
      return [
        ...(entry.hosts === undefined ? [] : choiceProblems(entry.hosts, [...path, "hosts"], hosts)),
        ...leavingDependencies(name, config),
      ];
    }),
  ];
}

/** Returns the problems of canaries by name or labels: a rollout without its canaries would begin with the others. */
function canaryProblems({ rollout }: FleetConfig, hosts: Hosts): readonly Problem[] {
  const canary = rollout?.canary;
  return typeof canary === "object" ? choiceProblems(canary, ["rollout", "canary"], hosts) : [];
}

function noHostsProblem(path: Path): Problem {
  return {
    code: "missing-key",
    summary: "the fleet has no hosts to choose from",
    hint: "declare them: hosts: { build1: {}, build2: {} }",
    path,
    on: "key",
  };
}

function nowhere([section, name]: Path, hosts: Hosts): Problem {
  const word = section === "services" ? "service" : "agent";
  const [first = ""] = Object.keys(hosts);
  return {
    code: "missing-key",
    summary: `${word} ${quoteShortened(String(name))} has no host`,
    detail: "A fleet with hosts says for each entry on which of them it runs.",
    hint: `add hosts: ${first}, or hosts: all${word === "agent" ? ", also for all agents under defaults:" : ""}`,
    path: [section ?? "agents", name ?? ""],
    on: "key",
    absent: "hosts",
  };
}

function choiceProblems(written: HostChoice, at: Path, hosts: Hosts): readonly Problem[] {
  const path = isSpread(written) ? [...at, "spread"] : at;
  const choice = plainChoice(written);
  const chosen = chosenHosts(choice, hosts);
  if (isSpread(written) && chosen.length > 0 && takingHosts(chosen, hosts).length === 0)
    return [{ code: "invalid-value", summary: "all of these hosts are drained", path, on: "value" }];
  if (choice === "all") return [];
  if (typeof choice === "string" || Array.isArray(choice)) {
    const names: readonly string[] = typeof choice === "string" ? [choice] : choice;
    return names.flatMap((name, index) =>
      Object.hasOwn(hosts, name)
        ? []
        : [unknownHost(name, typeof choice === "string" ? path : [...path, index], Object.keys(hosts))],
    );
  }
  if (chosen.length > 0) return [];
  return [{ code: "invalid-value", summary: "no host has these labels", path, on: "value" }];
}

function unknownHost(name: string, path: Path, declared: readonly string[]): Problem {
  const guess = suggest(name, declared);
  return {
    code: "invalid-value",
    summary: `there is no host ${quoteShortened(name)}`,
    detail: `The hosts are ${listInSentence(declared, "and", 10)}.`,
    hint: guess === undefined ? undefined : `did you mean ${quoteShortened(guess)}?`,
    path,
    on: "value",
  };
}

/** Returns a problem for each dependency on an entry that is not on all hosts of the dependent one: systemd orders one machine. */
function leavingDependencies(name: string, config: FleetConfig): readonly Problem[] {
  const entry = config.agents[name];
  if (entry === undefined) return [];
  const own = hostsOf(entry, config);
  return (entry.dependsOn ?? []).flatMap(({ target }) => {
    const found = findEntry(config.agents, target);
    if (found === undefined) return [];
    if (isSpread(choiceOf(found[1], config))) {
      return [
        {
          code: "invalid-value" as const,
          summary: `${entryWord(sectionOf(entry))} ${quoteShortened(name)} depends on ${quoteShortened(target)}, which is spread over hosts`,
          detail: "systemd starts one after the other on one machine only.",
          hint: `give ${quoteShortened(target)} the same hosts, without spread`,
          path: [...entryPath(name, entry), "dependsOn"],
          on: "value" as const,
        },
      ];
    }
    const there = new Set(hostsOf(found[1], config));
    const without = own.filter((host) => !there.has(host));
    if (without.length === 0) return [];
    return [
      {
        code: "invalid-value" as const,
        summary: `${entryWord(sectionOf(entry))} ${quoteShortened(name)} depends on ${quoteShortened(target)}, which is not on ${listInSentence(without, "and", 3)}`,
        detail: "systemd starts one after the other on one machine only.",
        hint: "give both the same hosts",
        path: [...entryPath(name, entry), "dependsOn"],
        on: "value" as const,
      },
    ];
  });
}

function sameMachine(hosts: Hosts): readonly Problem[] {
  const owners = new Map<string, string>();
  return Object.entries(hosts).flatMap(([name, host]): readonly Problem[] => {
    const machine = (host.hostname ?? name).toLowerCase();
    const owner = owners.get(machine);
    if (owner === undefined) owners.set(machine, name);
    if (owner === undefined) return [];
    return [
      {
        code: "invalid-value",
        summary: `hosts ${quoteShortened(owner)} and ${quoteShortened(name)} are one machine`,
        detail: "Agents would run twice on it.",
        hint: "give each host a hostname of its own",
        path: ["hosts", name],
        on: "key",
      },
    ];
  });
}
