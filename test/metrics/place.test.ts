import { describe, expect, it } from "vitest";
import { metricsPlace, placeText } from "../../src/metrics/place.ts";

describe("the place of metrics", () => {
  it.each([
    ["127.0.0.1:9400", { port: 9400 }],
    ["unix:/run/user/1000/fleet.sock", { socket: "/run/user/1000/fleet.sock" }],
    ["/var/lib/node_exporter/fleet.prom", { file: "/var/lib/node_exporter/fleet.prom" }],
  ])("is read from %s, and written as that", (text, place) => {
    expect(metricsPlace(text)).toEqual(place);
    expect(metricsPlace(text) && placeText(place)).toBe(text);
  });

  it("may name the loopback", () => {
    expect(metricsPlace("localhost:9400")).toEqual({ port: 9400 });
  });

  it.each([
    "0.0.0.0:9400",
    "10.0.0.1:9400",
    ":9400",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "unix:fleet.sock",
    "fleet.prom",
    "/x.txt",
    "",
  ])("is not %j: a network, a relative path or another file", (text) => {
    expect(metricsPlace(text)).toBeUndefined();
  });
});
