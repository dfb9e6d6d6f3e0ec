import * as z from "zod/mini";
import { choice, key, keyedSection, map } from "./key.ts";
import { keyedMap } from "./keyed-map.ts";
import { sharedKeys } from "./shared-keys.ts";
import { later, type OutputOf } from "./values/later.ts";
import type { ValueKind } from "./values/value-kinds.ts";
import { flag, labels, line, name, sshTarget, wholeNumber } from "./values/values.ts";

/** The map `defaults` of a host. It takes no part in the choice of hosts. */
export const hostDefaultsSchema = keyedMap(() => {
  const { hosts: _choice, ...keys } = sharedKeys();
  return keys;
});

/** A path stands without quotes in a line for the login shell of the host. */
const nodePattern = /^(?:search|ship|~?\/[A-Za-z0-9._@:%+/-]*[A-Za-z0-9._@%+-])$/;
const hostNode = later(() => line().check(z.regex(nodePattern, "hostNode" satisfies ValueKind)));

/** One entry of `hosts`. */
export const hostSchema = keyedMap(() => ({
  hostname: key(line, "Name of the machine, as hostname(1) prints it. The name of the host by default.", {
    examples: ["build1.example.org"],
  }),
  labels: key(labels, "Labels of your own, by which agents choose hosts.", { examples: [{ gpu: "yes" }] }),
  defaults: keyedSection(
    hostDefaultsSchema,
    "Default settings of the agents on this host. They win over `defaults` of the fleet, and the agent's own keys win over both.",
  ),
  weight: key(() => wholeNumber(1, 100), "Its share of agents with `spread`, compared with other hosts.", {
    default: 1,
    examples: [2],
  }),
  drain: key(flag, "Whether it takes no agents with `spread`: those that are there go to other hosts.", {
    default: false,
    examples: [true],
  }),
  state: key(
    () => z.enum(["active", "ignore"], choice),
    "Whether commands reach it. With ignore, none does: its agents stay as they are, and go to no other host.",
    { default: "active", examples: ["ignore"] },
  ),
  node: key(
    hostNode,
    "The node that runs the program there: search finds one of the host, ship brings that of the machine that asks, for hosts with the same kind of processor and libc, and a path is that of a node of the host.",
    { default: "search", examples: ["ship", "~/node-22/bin/node"] },
  ),
  ssh: key(
    sshTarget,
    "The machine for ssh: a name of ~/.ssh/config, or USER@ADDRESS. The name of the host by default. Port, key and jump host belong into ~/.ssh/config.",
    { examples: ["ada@build1.example.org"] },
  ),
  connect: key(
    () => z.array(line(), "list").check(z.minLength(1, "list" satisfies ValueKind)),
    "A program in the place of ssh, with its arguments. It gets a line for sh as its last argument, and passes on input and output.",
    { examples: [["docker", "exec", "-i", "build1", "sh", "-c"]] },
  ),
}));

/** `all` chooses every host, so none can have this name. */
const hostName = later(() =>
  name().check(z.refine((value) => value !== "all", "hostName" satisfies ValueKind)),
);

/** The machines of a fleet. */
export const hostsSection = keyedSection(
  () =>
    z.record(
      hostName(),
      z.pipe(
        z.nullable(hostSchema()),
        z.transform((host): OutputOf<typeof hostSchema> => host ?? {}),
      ),
      map,
    ),
  "The machines of the fleet, by name. Each applies its own part of this file. Without hosts, the file is for one machine.",
);
