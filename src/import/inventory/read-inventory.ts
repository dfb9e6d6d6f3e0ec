import { nameLike, namePattern } from "../../config/schema/values/names.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { grouped } from "../../text/grouped.ts";

/** A host of an inventory in the terms of fleet.yaml. */
export interface InventoryHost {
  readonly name: string;
  /** Undefined if ssh finds the machine by the name. */
  readonly ssh: string | undefined;
  /** A program in the place of ssh. */
  readonly connect: readonly string[] | undefined;
  /** The groups. */
  readonly labels: Readonly<Record<string, string>>;
}

/** A part of an inventory that becomes another thing, or is left out. */
export type InventoryNote =
  /** A name fleet.yaml does not take. */
  | { readonly kind: "renamed"; readonly host: string; readonly name: string }
  /** A host whose settings only ~/.ssh/config can have. The lines are its entry there. */
  | { readonly kind: "ssh-config"; readonly host: string; readonly lines: readonly string[] }
  /** A host that cannot be reached as the inventory says it. */
  | {
      readonly kind: "left-out";
      readonly host: string;
      readonly why: "connection" | "template";
      readonly value: string;
    };

/** The hosts of an inventory. */
export interface Inventory {
  readonly hosts: readonly InventoryHost[];
  readonly notes: readonly InventoryNote[];
}

type Variables = Readonly<Record<string, unknown>>;

/** Groups that say nothing about a host. */
const everyHost: ReadonlySet<string> = new Set(["all", "ungrouped", "_meta"]);

/**
 * Reads the JSON of `ansible-inventory --list`: the hosts of a group, by default all, each with its address and with its
 * groups as labels. In the order of their names, so the same inventory gives the same text. Pure.
 */
export function readInventory(value: unknown, group = "all"): Result<Inventory> {
  const meta = mapAt(value, "_meta");
  if (meta === undefined)
    return fail("unreadable-output", "this is no inventory of Ansible", {
      detail: "It is the JSON of ansible-inventory --list, with the key _meta.",
    });
  const groups = groupsIn(value as Variables);
  const variables = mapAt(meta, "hostvars") ?? {};
  const all = new Set([...Object.keys(variables), ...[...groups.values()].flatMap(({ hosts }) => hosts)]);
  if (group !== "all" && !groups.has(group))
    return fail("bad-usage", `there is no group ${JSON.stringify(group)}`, {
      detail: `The groups are ${[...groups.keys()].filter((name) => !everyHost.has(name)).join(", ")}.`,
    });
  const members = new Map([...groups.keys()].map((name) => [name, membersOf(name, groups)] as const));
  const chosen = [...all]
    .filter((host) => group === "all" || members.get(group)?.has(host) === true)
    .toSorted();
  const names = namesFor(chosen);
  const notes: InventoryNote[] = [];
  const hosts = chosen.flatMap((host): readonly InventoryHost[] => {
    const name = names.get(host) ?? host;
    const way = wayFromVariables(host, name, mapAt(variables, host) ?? {});
    if (way.kind === "left-out") {
      notes.push({ ...way, host });
      return [];
    }
    if (name !== host) notes.push({ kind: "renamed", host, name });
    if (way.lines.length > 0) notes.push({ kind: "ssh-config", host: name, lines: way.lines });
    const labels = [...members].flatMap(([each, some]) =>
      everyHost.has(each) || !some.has(host) ? [] : [[each, "yes"] as const],
    );
    const { ssh, connect } = way;
    return [{ name, ssh, connect, labels: Object.fromEntries(labels.toSorted(byName)) }];
  });
  return ok({ hosts, notes });
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

interface InventoryGroup {
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

function groupsIn(value: Variables): ReadonlyMap<string, InventoryGroup> {
  return new Map(
    Object.entries(value).flatMap(([name, group]) => {
      if (name === "_meta") return [];
      // A script may give the hosts alone.
      if (Array.isArray(group)) return [[name, { hosts: textsIn(group), children: [] }]];
      return [
        [
          name,
          {
            hosts: textsIn(mapAt(value, name)?.["hosts"]),
            children: textsIn(mapAt(value, name)?.["children"]),
          },
        ],
      ];
    }),
  );
}

/** Returns the hosts of a group and of the groups in it. */
function membersOf(
  name: string,
  groups: ReadonlyMap<string, InventoryGroup>,
  above: readonly string[] = [],
): Set<string> {
  const group = groups.get(name);
  if (group === undefined || above.includes(name)) return new Set();
  const below = group.children.flatMap((child) => [...membersOf(child, groups, [...above, name])]);
  return new Set([...group.hosts, ...below]);
}

/** Returns a name of fleet.yaml for each host: its own, or up to the first dot, or with - in the place of other characters. */
function namesFor(hosts: readonly string[]): ReadonlyMap<string, string> {
  const isName = (name: string): boolean => namePattern.test(name) && name !== "all";
  const hostName = (host: string): string => nameLike(host).replace(/^all$/, "") || "host";
  const shortHostName = (host: string): string => {
    const [first = ""] = host.split(".");
    return isName(host) ? host : isName(first) && !/^\d+$/.test(first) ? first : hostName(host);
  };
  const byShort = grouped(hosts, shortHostName);
  const names = new Map<string, string>();
  const taken = new Set(hosts.filter(isName));
  for (const host of hosts) {
    const wish = byShort.get(shortHostName(host))?.length === 1 ? shortHostName(host) : hostName(host);
    let name = isName(host) ? host : wish;
    for (let number = 2; !isName(host) && taken.has(name); number += 1) name = `${wish}-${number}`;
    taken.add(name);
    names.set(host, name);
  }
  return names;
}

type InventoryWay =
  | {
      readonly kind: "way";
      readonly ssh: string | undefined;
      readonly connect: readonly string[] | undefined;
      /** Its entry in ~/.ssh/config; none if it needs none. */
      readonly lines: readonly string[];
    }
  | { readonly kind: "left-out"; readonly why: "connection" | "template"; readonly value: string };

/** Programs that run a command in a container, by the last part of the connection's name. */
const containers: ReadonlySet<string> = new Set(["docker", "podman"]);

function wayFromVariables(host: string, name: string, variables: Variables): InventoryWay {
  const firstVariable = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => singleLine(variables[key])).find((text) => text !== undefined);
  const address = firstVariable("ansible_host", "ansible_ssh_host") ?? host;
  const user = firstVariable("ansible_user", "ansible_ssh_user");
  const connection = firstVariable("ansible_connection") ?? "ssh";
  const template = [address, user, connection].find((text) => text?.includes("{{") === true);
  if (template !== undefined) return { kind: "left-out", why: "template", value: template };
  const kind = connection.split(".").at(-1) ?? "";
  if (kind === "local") return { kind: "way", ssh: "local", connect: undefined, lines: [] };
  if (containers.has(kind)) {
    const as = user === undefined ? [] : ["-u", user];
    return {
      kind: "way",
      ssh: undefined,
      connect: [kind, "exec", "-i", ...as, address, "sh", "-c"],
      lines: [],
    };
  }
  if (!["ssh", "smart", "paramiko", "paramiko_ssh"].includes(kind))
    return { kind: "left-out", why: "connection", value: connection };
  const port = firstVariable("ansible_port", "ansible_ssh_port");
  const key = firstVariable("ansible_ssh_private_key_file", "ansible_private_key_file");
  const further = firstVariable("ansible_ssh_common_args", "ansible_ssh_extra_args");
  const own = [
    ...(port === undefined || port === "22" ? [] : [`Port ${port}`]),
    ...(key === undefined ? [] : [`IdentityFile ${key}`]),
    ...(further === undefined ? [] : [`# ${further}`]),
  ];
  const target = user === undefined ? address : `${user}@${address}`;
  if (own.length === 0)
    return { kind: "way", ssh: target === name ? undefined : target, connect: undefined, lines: [] };
  const as = user === undefined ? [] : [`User ${user}`];
  const lines = [`HostName ${address}`, ...as, ...own];
  return { kind: "way", ssh: undefined, connect: undefined, lines };
}

function mapAt(value: unknown, key: string): Variables | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = (value as Variables)[key];
  return typeof found === "object" && found !== null ? (found as Variables) : undefined;
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

/** Returns a text or a number as one line; undefined for anything else. */
function singleLine(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && text !== "" && !/[\r\n]/.test(text) ? text : undefined;
}
