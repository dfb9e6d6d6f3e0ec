import type { Delivery } from "../../send/delivery.ts";
import type { Sender } from "../../send/sender.ts";
import type { DeliveryJson, DeliveryLineJson, SendJson } from "./send-output.ts";
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
    agents: deliveries.map((delivery) => deliveryJson(delivery, sender)),
  };
}

/** Returns the result for one agent as a line of `-o jsonl`. */
export function deliveryLine(delivery: Delivery, sender: Sender | undefined): string {
  const line: DeliveryLineJson = { formatVersion: "2.0", ...deliveryJson(delivery, sender) };
  return `${JSON.stringify(line)}\n`;
}

function deliveryJson(delivery: Delivery, sender: Sender | undefined): DeliveryJson {
  return {
    agent: delivery.agent,
    verdict: delivery.verdict,
    wasWorking: "wasWorking" in delivery,
    reason: delivery.verdict === "delivered" ? null : delivery.reason,
    message: deliveryText(delivery, sender) ?? null,
  };
}
