import { type Static, type TSchema, Type } from "@sinclair/typebox";

/** Closed object: unknown properties are refused everywhere on the wire. */
export const closed = { additionalProperties: false } as const;

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const Digest = Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256, lower-case hexadecimal" });
export type Digest = Static<typeof Digest>;

/** An Ed25519 public key, self-certifying: `ed25519:` and its 32 bytes in base64url without padding. */
export const KeyId = Type.String({ pattern: "^ed25519:[A-Za-z0-9_-]{43}$", description: "Ed25519 public key" });
export type KeyId = Static<typeof KeyId>;

/** Name of a person, node, registry, dataset or label: lower-case letters, digits, hyphens. */
export const Name = Type.String({
  pattern: "^[a-z][a-z0-9-]{0,63}$",
  description: "lower-case letters, digits, hyphens",
});
export type Name = Static<typeof Name>;

/** `namespace/name` of a package. */
export const PackageName = Type.String({
  pattern: "^[a-z][a-z0-9-]{0,63}/[a-z][a-z0-9-]{0,63}$",
  description: "namespace/name",
});
export type PackageName = Static<typeof PackageName>;

/** Semantic version without build metadata. */
export const Version = Type.String({
  pattern: "^(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})\\.(0|[1-9][0-9]{0,5})(-[0-9a-z.-]{1,32})?$",
  description: "semantic version",
});

/** Identifier of a TypeScript function, field or statistic. */
export const Identifier = Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,63}$" });

/** Instant, ISO 8601 UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const Instant = Type.String({
  pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
  description: "ISO 8601 UTC",
});

export const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** A share or probability; `null` where nothing is known. */
export const Share = Type.Number({ minimum: 0, maximum: 1 });
export const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const Text = (maxLength: number) => Type.String({ maxLength });
/** One of the given words. A union of literals, because TypeBox's compiler refuses a bare JSON-Schema `enum`. */
export const oneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>(Type.Union(values.map((value) => Type.Literal(value))));
