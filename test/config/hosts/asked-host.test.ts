import { describe, expect, it } from "vitest";
import { askedHost } from "../../../src/config/hosts/find-host.ts";

const hosts = { build1: { hostname: "b1.example.org" }, build2: {} };

describe("the host that another machine asks for", () => {
  it.each(["b1.example.org", "B1", "ip-10-0-0-7"])("is here on %s", (hostname) => {
    expect(
      askedHost({ build1: { hostname: "b1" }, build2: {} }, "build1", hostname.split(".")[0] ?? ""),
    ).toEqual({
      ok: true,
      value: { name: "build1", isHere: true },
    });
  });

  it("is not on the machine of another host, whose agents an apply would remove", () => {
    const found = askedHost(hosts, "build1", "build2.example.org");
    expect(found).toMatchObject({ ok: false, diagnostics: [{ code: "unknown-host" }] });
    expect(JSON.stringify(found)).toContain("reached the machine of host build2");
  });

  it("is one of the file", () => {
    expect(askedHost(hosts, "build9", "build9").ok).toBe(false);
  });
});
