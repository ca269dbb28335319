import { createRequire } from "node:module";
import { parseDocument } from "@flamenco/policies/wire";
import { Type } from "@sinclair/typebox";

const manifest: unknown = createRequire(import.meta.url)("@flamenco/client/package.json");

/** Version of this client. */
export const software: string = parseDocument(
  Type.Object({ version: Type.String() }),
  manifest,
  "package.json",
).version;
