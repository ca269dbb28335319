import { fieldOf, openLocalKind } from "@flamenco/policies/wire";
import t from "tap";

const field = (name: string, column = name) => ({
  name,
  column,
  type: "number",
  unit: "",
  access: "ordinary",
  meaning: "a column",
});
const local = (change: object = {}) => ({
  schema: "flamenco-local-kind/1",
  name: "table/1",
  title: "Rows of a table.",
  fields: [field("rtt", "RTT (ms)"), field("loss")],
  labels: [{ cell: "-1", label: "negative" }],
  ...change,
});

t.test("the fields of a table make a kind", (t) => {
  const { kind } = openLocalKind(local());
  t.equal(kind.name, "table/1");
  t.match(fieldOf(kind, "rtt"), { type: "number", access: "ordinary" });
  t.end();
});

t.test("a kind of this version keeps its own fields, whatever the file says of them", (t) => {
  const { kind } = openLocalKind(local({ name: "flow/1", fields: [{ ...field("srcPort"), access: "ordinary" }] }));
  t.equal(fieldOf(kind, "srcPort")?.access, "universal");
  t.equal(fieldOf(kind, "srcAddr")?.access, "private", "no file makes addresses readable");
  t.end();
});

t.test("what could mislead is refused", (t) => {
  for (const change of [
    { fields: [] },
    { fields: [field("rtt"), field("rtt", "other")] },
    { fields: [field("a", "same"), field("b", "same")] },
    { fields: [field("no identifier")] },
    { fields: [{ ...field("a"), access: "private" }] },
    { fields: [{ ...field("a"), type: "category" }] },
    { name: "flow/1" },
    { name: "unknown/1" },
    { more: 1 },
  ]) {
    t.throws(() => openLocalKind(local(change)), { code: "FLM_SCHEMA" }, JSON.stringify(change));
  }
  t.end();
});
