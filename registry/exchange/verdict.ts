/** What to do with a signed document that a node sent. */
export type Verdict =
  /** Record it: it must outlive a restart. */
  | { readonly kind: "new" }
  /** Take it into memory only: news of the moment (progress, "still here") that the next one replaces. */
  | { readonly kind: "passing" }
  /** Acknowledge it: it is here already. */
  | { readonly kind: "repeat" }
  /** Leave it. */
  | { readonly kind: "ignored"; readonly reason: string };
