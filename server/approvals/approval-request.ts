import { closed, Digest, Instant, KeyId, Name, OrNull, oneOf, RunState, Text } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { limits } from "../limits.js";

export const verdicts = ["approved", "denied"] as const;
export const Verdict = oneOf(verdicts);
export type Verdict = (typeof verdicts)[number];

/** A word that a person gave. */
const Decision = Type.Object(
  { verdict: Verdict, by: Text(200), at: Instant, reason: Text(limits.approvalReasonCharacters) },
  closed,
);

/** One request for approval: a run, and a digest of what a person is shown of it. */
export const ApprovalRequest = Type.Object(
  {
    study: Digest,
    /** SHA-256 of the dossier. An approval covers it and nothing else. */
    shown: Digest,
    title: Text(200),
    author: KeyId,
    dataset: Name,
    /** Where the run stands. */
    state: RunState,
    askedAt: Instant,
    /** With the study; nothing can be approved any more then. */
    expiresAt: Instant,
    decision: OrNull(Decision),
  },
  closed,
);
export type ApprovalRequest = Static<typeof ApprovalRequest>;

/** What an operator sends to decide. Closed: nobody can be named as approver who was not asked. */
export const ApprovalOrder = Type.Object(
  {
    verdict: Verdict,
    /** Who decides: the account that gave the order, as the command was told. */
    by: Type.String({ minLength: 1, maxLength: 200 }),
    /** Why, kept at the node; the researcher is not told. */
    reason: Text(limits.approvalReasonCharacters),
    /** What was looked at; absent: what waits now. */
    shown: Type.Optional(Digest),
  },
  closed,
);
export type ApprovalOrder = Static<typeof ApprovalOrder>;
