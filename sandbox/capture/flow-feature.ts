import type { Cell } from "../records/index.js";
import type { FlowRecord } from "./flow-record.js";
import type { SampleSummary } from "./running-stats.js";

/** One column: a field of `flow/1` in its unit, and how it comes from a flow. */
export interface FlowFeature {
  readonly field: string;
  /** In the words of the definitions: N packets, S payload bytes, H header bytes, t times; f forward, b backward. */
  readonly formula: string;
  /** When the cell is empty; undefined when it never is. */
  readonly missing: string | undefined;
  readonly value: (flow: FlowRecord) => Cell;
}

/** Define a feature. */
export function feature(
  field: string,
  formula: string,
  value: (flow: FlowRecord) => Cell,
  missing?: string,
): FlowFeature {
  return Object.freeze({ field, formula, value, missing });
}

const MICROS_PER_SECOND = 1e6;

export function toSeconds(micros: number): number {
  return micros / MICROS_PER_SECOND;
}

/** `part` of `whole`; 0 of nothing. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** Amount a second of the flow; 0 of a flow without duration. */
export function rate(amount: number, { durationMicros }: FlowRecord): number {
  return ratio(amount, toSeconds(durationMicros));
}

/** Smallest, mean, largest and standard deviation of samples in the unit of the field. */
export function summaryFeatures(
  prefix: string,
  samples: string,
  of: (flow: FlowRecord) => SampleSummary,
  toUnit: (sample: number) => number = (sample) => sample,
): readonly FlowFeature[] {
  return [
    feature(`${prefix}Min`, `min(${samples})`, (flow) => toUnit(of(flow).min)),
    feature(`${prefix}Mean`, `mean(${samples})`, (flow) => toUnit(of(flow).mean)),
    feature(`${prefix}Max`, `max(${samples})`, (flow) => toUnit(of(flow).max)),
    feature(`${prefix}Sd`, `sd(${samples})`, (flow) => toUnit(of(flow).sd)),
  ];
}
