import * as z from "zod/mini";
import { changeVerbs } from "./changes/ui-change.ts";
import { longestInput, type FromPage } from "./protocol.ts";
import { parseJson } from "../text/json.ts";
import { namePart } from "./routes.ts";

/** The largest message of a page, bytes: the longest text for the most agents. */
export const mostMessageBytes = 256 * 1024;

const agentName = z.string().check(z.regex(new RegExp(`^${namePart}$`)));
const address = z.string().check(z.regex(new RegExp(`^(?:${namePart}/)?${namePart}$`)));
const agentNameList = z.array(z.string().check(z.maxLength(200))).check(z.maxLength(1_000));
const channel = z.int().check(z.minimum(0), z.maximum(0xff_ff));
const bytes = z.int().check(z.minimum(0), z.maximum(1024 * 1024 * 1024));

const id = z.int().check(z.minimum(1), z.maximum(1_000_000_000));
const asked = z.object({
  verb: z.enum(changeVerbs),
  agents: z.array(address).check(z.maxLength(1_000)),
  hosts: z.optional(z.array(agentName).check(z.maxLength(100))),
  now: z.boolean(),
  // The server takes the flags of guards among them, see commands/ui/control.
  allow: z.array(z.string().check(z.regex(/^--allow-[a-z-]{1,40}$/))).check(z.maxLength(10)),
  revision: z.optional(z.string().check(z.regex(/^[0-9a-f]{8}$/))),
});
const change = asked.check(z.refine(hasRevisionIfNeeded));

/** Returns true for a rollback with its state, of the whole fleet, and for any other change without one. */
function hasRevisionIfNeeded({ agents, hosts = [], now, revision, verb }: z.infer<typeof asked>): boolean {
  if (verb !== "rollback") return revision === undefined;
  return revision !== undefined && agents.length + hosts.length === 0 && !now;
}

const message = z.union([
  z.object({ t: z.literal("look"), visible: z.boolean(), rows: agentNameList, wall: agentNameList }),
  z.object({ t: z.literal("again") }),
  z.object({ t: z.literal("find"), id, text: z.string().check(z.minLength(2), z.maxLength(200)) }),
  z.object({ t: z.literal("open"), channel, agent: agentName }),
  z.object({ t: z.literal("close"), channel }),
  z.object({ t: z.literal("reading"), channel, on: z.boolean() }),
  z.object({ t: z.literal("earlier"), channel, end: z.int().check(z.minimum(0), z.maximum(1_000_000_000)) }),
  z.object({ t: z.literal("ack"), channel, bytes }),
  z.object({ t: z.literal("plan"), id, change }),
  z.object({ t: z.literal("agree"), id }),
  z.object({ t: z.literal("typing"), agent: agentName, on: z.boolean() }),
  z.object({
    t: z.literal("keys"),
    agent: agentName,
    text: z.string().check(z.minLength(1), z.maxLength(1_000)),
  }),
  z.object({
    t: z.literal("paste"),
    agent: agentName,
    text: z.string().check(z.minLength(1), z.maxLength(longestInput)),
    more: z.optional(z.boolean()),
  }),
  z.object({
    t: z.literal("send"),
    id,
    agents: z.array(address).check(z.minLength(1), z.maxLength(1_000)),
    text: z.string().check(z.minLength(1), z.maxLength(longestInput)),
  }),
]);

/** Returns a message of a page, or undefined for anything else: a page may be of another version. Pure. */
export function parseMessage(text: string): FromPage | undefined {
  const read = message.safeParse(parseJson(text));
  return read.success ? read.data : undefined;
}
