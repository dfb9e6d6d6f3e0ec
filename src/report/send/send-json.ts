import type { Delivery } from "../../send/delivery.ts";
import type { Sender } from "../../send/sender.ts";
import type { SendJson } from "./send-output.ts";
import { deliveryText } from "./send-text.ts";

/** Returns the results of a send as their documented JSON object. */
export function sendJson(
  text: string,
  deliveries: readonly Delivery[],
  sender: Sender | undefined,
): SendJson {
  return {
    formatVersion: "2.0",
    text: { bytes: Buffer.byteLength(text), lines: text.split("\n").length },
    agents: deliveries.map((delivery) => ({
      agent: delivery.agent,
      verdict: delivery.verdict,
      wasWorking: "wasWorking" in delivery,
      reason: delivery.verdict === "delivered" ? null : delivery.reason,
      message: deliveryText(delivery, sender) ?? null,
    })),
  };
}
