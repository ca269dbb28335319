/** What to do with a signed document that a node sent: take it, acknowledge that it is here already, or leave it. */
export type Verdict =
  | { readonly kind: "new" }
  | { readonly kind: "repeat" }
  | { readonly kind: "ignored"; readonly reason: string };
