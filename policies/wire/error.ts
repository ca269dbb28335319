import { type Static, Type } from "@sinclair/typebox";
import { closed, Text } from "./primitives.js";

/** Body of every HTTP answer that is not a success, and of every refusal that crosses a machine. */
export const ErrorDocument = Type.Object(
  {
    code: Type.String({ pattern: "^FLM_[A-Z0-9_]{1,60}$" }),
    message: Text(4000),
    details: Type.Array(Type.Object({ at: Text(300), message: Text(4000) }, closed), { maxItems: 200 }),
  },
  closed,
);
export type ErrorDocument = Static<typeof ErrorDocument>;
