import { describe, expect, it } from "vitest";
import type { DiagnosticCode } from "../../src/diagnostics/diagnostic.ts";
import type { HostResult } from "../../src/hosts/host-result.ts";
import { settleLacking } from "../../src/hosts/lacking-hosts.ts";

const facts = undefined;
const failed = (host: string, code: DiagnosticCode): HostResult => ({
  host,
  facts,
  end: { name: "done", code: 64 },
  frames: [{ kind: "problems", problems: [{ severity: "error", code, summary: "no" }] }],
});
const found: HostResult = { host: "h1", facts, end: { name: "done", code: 0 }, frames: [] };
const lost: HostResult = { host: "h1", facts, end: { name: "lost", detail: "" }, frames: [] };

describe("hosts without a selected agent", () => {
  it.each<[string, readonly HostResult[], readonly string[]]>([
    [
      "another host has one",
      [found, failed("h2", "no-agent-here"), failed("h3", "agent-elsewhere")],
      ["h2", "h3"],
    ],
    ["no host has one", [failed("h1", "no-agent-here"), failed("h2", "no-agent-here")], []],
    ["it is on a host that does not answer", [lost, failed("h2", "agent-elsewhere")], ["h2"]],
    ["nobody knows it, and a host does not answer", [lost, failed("h2", "no-agent-here")], []],
    ["another one has failed", [failed("h1", "no-tmux"), failed("h2", "no-agent-here")], ["h2"]],
    [
      "one has a part of the selection",
      [failed("h1", "unknown-agent"), failed("h2", "no-agent-here")],
      ["h2"],
    ],
    ["one host is asked", [failed("h1", "agent-elsewhere")], []],
  ])("have nothing to tell, or an error: %s", (_case, results, lacking) => {
    const settled = settleLacking(results);
    expect(settled.lacking).toEqual(lacking);
    expect(
      settled.results.filter(({ end, frames }) => end.name === "done" && frames.length === 0),
    ).toHaveLength(lacking.length + (results.includes(found) ? 1 : 0));
  });
});
