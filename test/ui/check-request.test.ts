import { describe, expect, it } from "vitest";
import { checkRequest, type RequestFacts } from "../../src/ui/check-request.ts";

const own: RequestFacts = {
  method: "GET",
  host: "127.0.0.1:7777",
  origin: undefined,
  site: undefined,
  contentType: undefined,
};
const login: Partial<RequestFacts> = {
  method: "POST",
  origin: "http://127.0.0.1:7777",
  contentType: "application/json",
};

describe("the check of a request", () => {
  it.each<[string, Parameters<typeof checkRequest>[0], Partial<RequestFacts>]>([
    ["a page from a link of another site", "page", { site: "cross-site" }],
    ["a HEAD of a page", "page", { method: "HEAD" }],
    ["an answer for a program", "api", {}],
    ["an answer for the page", "api", { site: "same-origin" }],
    ["a login", "login", login],
    ["a login through a tunnel", "login", { ...login, host: "localhost:9", origin: "http://localhost:9" }],
    ["a login by IPv6", "login", { ...login, host: "[::1]:80", origin: "http://[::1]:80" }],
    ["a socket of the page", "socket", { origin: "http://127.0.0.1:7777", site: "same-origin" }],
  ])("accepts %s", (_, kind, facts) => {
    expect(checkRequest(kind, { ...own, ...facts })).toBeUndefined();
  });

  it.each<[string, Parameters<typeof checkRequest>[0], Partial<RequestFacts>, number]>([
    ["a name that resolves to this machine", "page", { host: "evil.example:7777" }, 421],
    ["a name that begins like ours", "page", { host: "127.0.0.1.evil.example" }, 421],
    ["a name that ends like ours", "page", { host: "evil-localhost:7777" }, 421],
    ["no Host", "page", { host: undefined }, 421],
    ["another port in the Origin", "login", { ...login, origin: "http://127.0.0.1:8888" }, 403],
    ["another scheme in the Origin", "login", { ...login, origin: "https://127.0.0.1:7777" }, 403],
    ["an Origin without a site", "login", { ...login, origin: "null" }, 403],
    ["a login without an Origin", "login", { ...login, origin: undefined }, 403],
    ["a login from a form", "login", { ...login, contentType: "text/plain" }, 415],
    ["a login without a type", "login", { ...login, contentType: undefined }, 415],
    ["a login by GET", "login", { ...login, method: "GET" }, 405],
    ["an answer for another site", "api", { site: "cross-site" }, 403],
    ["an answer for another port", "api", { site: "same-site" }, 403],
    ["an answer for another Origin", "api", { origin: "http://evil.example" }, 403],
    ["a POST to the API", "api", { method: "POST", origin: "http://127.0.0.1:7777" }, 405],
    ["a DELETE of a page", "page", { method: "DELETE" }, 405],
    ["a socket without an Origin", "socket", {}, 403],
    ["a socket of another site", "socket", { origin: "http://evil.example" }, 403],
  ])("refuses %s", (_, kind, facts, status) => {
    expect(checkRequest(kind, { ...own, ...facts })).toMatchObject({ status });
  });
});
