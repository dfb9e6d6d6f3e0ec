import { describe, expect, it } from "vitest";
import { routeOf } from "../../src/ui/routes.ts";

describe("the routes of the page", () => {
  it.each([
    ["/", { kind: "page", asset: "index.html" }],
    ["/?q=coder&show=failed", { kind: "page", asset: "index.html" }],
    ["/plan", { kind: "page", asset: "index.html" }],
    ["/plans?q=x", { kind: "page", asset: "index.html" }],
    ["/agents/coder-1?tab=why", { kind: "page", asset: "index.html" }],
    ["/app.js", { kind: "page", asset: "app.js" }],
    ["/api/login", { kind: "login" }],
    ["/api/ws", { kind: "socket" }],
    ["/history", { kind: "page", asset: "index.html" }],
    ["/api/plan", { kind: "api", get: "plan" }],
    ["/api/graph", { kind: "api", get: "graph" }],
    ["/api/history/0123abcd", { kind: "api", get: "revision", id: "0123abcd" }],
    ["/agents/build1/coder-1?tab=why", { kind: "page", asset: "index.html" }],
    ["/api/agents/build1/coder-1/why", { kind: "api", get: "why", agent: "coder-1", host: "build1" }],
    ["/api/agents/coder-1/why", { kind: "api", get: "why", agent: "coder-1" }],
  ])("lead from %s to its target", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  it.each([
    "/index.html",
    "/../package.json",
    "/..%2fpackage.json",
    "/app.js/../../package.json",
    "/app.js.map",
    "//etc/passwd",
    "/etc/passwd",
    "/web/app.js",
    "/agents/../app.js",
    "/agents/a/b/c",
    "/agents/../b",
    "/api/agents/../coder-1/why",
    "/api/agents/-oProxyCommand=x/coder-1/why",
    "/api/agents/a/b/c/why",
    "/agents/",
    "/agents/%2e%2e",
    "/agents/-rf",
    "/api/agents/coder-1",
    "/api/history/HEAD",
    "/api/history/0123abcd/more",
    "/api/history/--output",
    "/api/agents/coder-1/why/more",
    "/api/agents/coder-1/secrets",
    "/api/agents/..%2f..%2fx/text",
    "/api/agents/--all/text",
    "/api",
    "/-rf",
    "/Plan",
    "",
  ])("do not know %j", (path) => {
    expect(routeOf(path)).toBeUndefined();
  });
});
