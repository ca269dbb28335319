import type { PrivacyBound, RecordAudit } from "@flamenco/policies/wire";
import type { ListedResearcher } from "../config/index.js";
import { decisionsOf, type VerifiedStudy } from "../verification/index.js";
import type { Verdict } from "./approval-request.js";
import type { Approvals } from "./approvals.js";
import { describeDossier } from "./dossier.js";

export interface ApprovalCheckOptions {
  readonly approvals: Pick<Approvals, "ask">;
  readonly researchers: readonly ListedResearcher[];
  /** What the release would promise; null where the outputs leave exact. Depends on nothing that changes by itself. */
  readonly boundOf: (verified: VerifiedStudy) => PrivacyBound | null;
  /** Absent: nothing is recorded. */
  readonly recordAudit?: RecordAudit | undefined;
}

/**
 * Whether a study that the policies permit may run now: where no permit that decided demands a person's approval, or a
 * person has approved exactly what would be shown of it today.
 */
export class ApprovalCheck {
  readonly #options: ApprovalCheckOptions;

  constructor(options: ApprovalCheckOptions) {
    this.#options = options;
  }

  /** @returns `waiting` after a person was asked and has not answered yet. */
  async check(verified: VerifiedStudy): Promise<Verdict | "waiting"> {
    if (decisionsOf(verified).every(({ approval }) => approval === null)) return "approved";
    const { approvals, researchers, boundOf, recordAudit } = this.#options;
    const { shown, verdict, by } = await approvals.ask(describeDossier(verified, researchers, boundOf(verified)));
    if (verdict === null || by === null) return "waiting";
    // On the disk before anything follows from it, however often a killed node comes by here.
    await recordAudit?.({ type: "approval", study: verified.digest, verdict, by, shown });
    return verdict;
  }
}
