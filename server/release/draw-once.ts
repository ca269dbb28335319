import { canonicalJson } from "@flamenco/policies/trust";
import type { BudgetLedger, DrawnPart } from "./ledger.js";

/**
 * What is kept of one draw of a request. Only when there is none does a worker count, and noise get drawn.
 * @param prepare counts, and gives how to add noise
 */
export async function drawOnce<Noisy>(
  ledger: BudgetLedger,
  request: string,
  part: DrawnPart,
  prepare: () => Promise<() => Noisy>,
): Promise<Noisy> {
  let kept = await ledger.findDrawn(request, part);
  if (kept === undefined) {
    const draw = await prepare();
    kept = await ledger.drawOnce(request, part, () => canonicalJson(draw()));
  }
  return JSON.parse(kept) as Noisy;
}
