import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { FlamencoError } from "../errors/index.js";
import { parseDocument } from "./parse.js";
import { closed, oneOf } from "./primitives.js";

/** Heading of a column, whatever its file calls it. */
const Column = Type.String({ minLength: 1, maxLength: 200 });
const Columns = (maxItems: number) => Type.Array(Column, { minItems: 1, maxItems, uniqueItems: true });
const LabelText = Type.String({ minLength: 1, maxLength: 64 });
const Moment = Type.Union([Type.Integer(), Type.String({ maxLength: 40 })]);

/** One line of an alert report: a time span, and where it narrows it down, addresses and ports of either end. */
export const Alert = Type.Object(
  {
    /** Milliseconds since 1970-01-01 UTC, or ISO 8601 with a zone. Both ends belong to the span. */
    start: Moment,
    end: Moment,
    addresses: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 1000 })),
    ports: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), { minItems: 1, maxItems: 1000 })),
    /** Label of its rows; that of the step where absent. */
    label: Type.Optional(LabelText),
  },
  closed,
);
export type Alert = Static<typeof Alert>;

const labelStep = { step: Type.Literal("label"), into: Type.Optional(Column), otherwise: Type.Optional(LabelText) };

/** The first rule whose condition holds gives the label. */
export const LabelByRule = Type.Object(
  {
    ...labelStep,
    by: Type.Literal("rule"),
    rules: Type.Array(
      Type.Object({ label: LabelText, when: Type.String({ minLength: 1, maxLength: 2_000 }) }, closed),
      { minItems: 1, maxItems: 100 },
    ),
  },
  closed,
);

/** Rows whose time lies in an alert of a report get its label. */
export const LabelByAlerts = Type.Object(
  {
    ...labelStep,
    by: Type.Literal("alerts"),
    alerts: Type.Array(Alert, { maxItems: 10_000 }),
    /** Column of milliseconds. */
    time: Column,
    addresses: Type.Optional(Columns(8)),
    ports: Type.Optional(Columns(8)),
    label: LabelText,
  },
  closed,
);

/** Cells of another column, by a map. */
export const LabelByColumn = Type.Object(
  {
    ...labelStep,
    by: Type.Literal("column"),
    column: Column,
    map: Type.Record(Type.String({ maxLength: 200 }), LabelText, { minProperties: 1, maxProperties: 1000 }),
  },
  closed,
);

/** Trailing windows of a column. Exactly one of `rows` and `seconds`. */
export const AugmentStep = Type.Object(
  {
    step: Type.Literal("augment"),
    column: Column,
    by: Type.Optional(Columns(8)),
    time: Type.Optional(Column),
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    seconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })),
    prefix: Type.Optional(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,31}$" })),
  },
  closed,
);

/** Number of each row's segment: rows that agree in `by`, then the mode of `modesOf` within them. At least one of the two. */
export const SegmentStep = Type.Object(
  {
    step: Type.Literal("segment"),
    by: Type.Optional(Columns(8)),
    modesOf: Type.Optional(Column),
    minPeak: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    into: Type.Optional(Column),
  },
  closed,
);

/** Synthetic rows of one class. With a `split` before it, from training rows and into training alone. */
export const OversampleStep = Type.Object(
  {
    step: Type.Literal("oversample"),
    method: oneOf(["uniform", "smote"] as const),
    /** The label of which there are too few rows, and the column of labels. */
    label: LabelText,
    labels: Type.Optional(Column),
    /** Absent: as many as the largest class has more. */
    count: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
    /** Of `uniform`: lower and upper bound of each column that is drawn. */
    bounds: Type.Optional(
      Type.Record(Type.String({ maxLength: 200 }), Type.Tuple([Type.Number(), Type.Number()]), { minProperties: 1 }),
    ),
    /** Of `smote`: columns that are interpolated, and how many nearest neighbors. */
    columns: Type.Optional(Columns(512)),
    neighbors: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  },
  closed,
);

/** Columns that stay. Exactly one of `keep`, `drop` and `nearDuplicates` (the |r| from which a column repeats another). */
export const SelectStep = Type.Object(
  {
    step: Type.Literal("select"),
    keep: Type.Optional(Columns(1000)),
    drop: Type.Optional(Columns(1000)),
    nearDuplicates: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
  },
  closed,
);

/** Training, validation and test rows; stratified by a column of labels, or in the order of a column of times, or neither. */
export const SplitStep = Type.Object(
  {
    step: Type.Literal("split"),
    preset: oneOf(["flow", "ark", "atlas"] as const),
    stratify: Type.Optional(Column),
    time: Type.Optional(Column),
    /** Column whose every value is split by itself. */
    within: Type.Optional(Column),
    into: Type.Optional(Column),
  },
  closed,
);

const labelSteps = { rule: LabelByRule, alerts: LabelByAlerts, column: LabelByColumn } as const;
const steps = {
  augment: AugmentStep,
  segment: SegmentStep,
  oversample: OversampleStep,
  select: SelectStep,
  split: SplitStep,
};

export const PipelineStep = Type.Union([...Object.values(labelSteps), ...Object.values(steps)]);
export type PipelineStep = Static<typeof PipelineStep>;

/** How the rows of a dataset version were prepared, step by step. Its digest is that of its canonical JSON. */
export const Pipeline = Type.Object(
  { schema: Type.Literal("flamenco-pipeline/1"), steps: Type.Array(PipelineStep, { minItems: 1, maxItems: 50 }) },
  closed,
);
export type Pipeline = Static<typeof Pipeline>;

const Outline = Type.Object(
  { schema: Type.Literal("flamenco-pipeline/1"), steps: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 50 }) },
  closed,
);

/**
 * Narrow a document to a pipeline, each step by the schema of its own name, so that the message names what is wrong in it.
 * @throws FLM_SCHEMA
 */
export function openPipeline(document: unknown): Pipeline {
  const outline = parseDocument(Outline, document, "pipeline");
  return { schema: outline.schema, steps: outline.steps.map(openStep) };
}

function openStep(document: unknown, index: number): PipelineStep {
  const { step, by } = (document ?? {}) as { readonly step?: unknown; readonly by?: unknown };
  const what = `pipeline's step ${index + 1}`;
  const schema = step === "label" ? own(labelSteps, by) : own(steps, step);
  if (schema === undefined) {
    const [key, names] = step === "label" ? ["by", labelSteps] : ["step", { label: null, ...steps }];
    throw new FlamencoError("FLM_SCHEMA", `The ${what} needs ${key}: one of ${Object.keys(names).join(", ")}.`);
  }
  const opened = parseDocument(schema, document, what) as PipelineStep;
  const wrong = contradictionOf(opened);
  if (wrong !== null) throw new FlamencoError("FLM_SCHEMA", `The ${what} (${opened.step}) ${wrong}.`);
  return opened;
}

const own = (schemas: Readonly<Record<string, TSchema>>, name: unknown): TSchema | undefined =>
  typeof name === "string" && Object.hasOwn(schemas, name) ? schemas[name] : undefined;

const given = (...values: readonly unknown[]): number => values.filter((value) => value !== undefined).length;

/** What the schema of a step cannot say. */
function contradictionOf(step: PipelineStep): string | null {
  switch (step.step) {
    case "label":
      return null;
    case "augment":
      if (given(step.rows, step.seconds) !== 1) return "needs rows or seconds, not both";
      return step.seconds !== undefined && step.time === undefined ? "needs the column of times for its seconds" : null;
    case "segment":
      return given(step.by, step.modesOf) === 0 ? "needs by, modesOf or both" : null;
    case "oversample":
      if (step.method === "uniform" && step.bounds === undefined) return "needs bounds for uniform rows";
      if (step.method === "uniform" && given(step.columns, step.neighbors) > 0) return "has options of smote";
      return step.method === "smote" && step.bounds !== undefined ? "has bounds, which smote does not take" : null;
    case "select":
      return given(step.keep, step.drop, step.nearDuplicates) !== 1 ? "needs one of keep, drop, nearDuplicates" : null;
    case "split":
      return given(step.stratify, step.time) > 1 ? "splits by time or stratifies, not both" : null;
  }
}
