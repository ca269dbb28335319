import { booleanField, categoryField, defineKind, integerField, numberField, timeField } from "./field.js";

/** Samples of a trailing window of `rtt/1`. */
export const rttWindowSamples = 10;

const WINDOW = `the last ${rttWindowSamples} answered samples of the pair, this one included when it was answered`;

/**
 * One row a probe packet. Windows are over samples in the order of time, a pair at a time. Quartiles interpolate linearly
 * between the closest ranks, as statistics of columns do.
 */
export const rttKind = defineKind(
  "rtt/1",
  "Round-trip time sample of a source-destination pair, with trailing-window features of the same pair.",
  [
    timeField("timeMs", "time at which the probe was sent"),
    categoryField("source", "where the probe was sent from", "private"),
    categoryField("destination", "where the probe was sent to", "private"),
    numberField("rttMs", "ms", "round-trip time; missing when the probe was lost"),
    booleanField("lost", "true when no answer came"),
    integerField("windowCount", "", `number of ${WINDOW}`, { max: rttWindowSamples }),
    ...(
      [
        ["Min", "smallest"],
        ["Mean", "mean"],
        ["Sd", "standard deviation (n-1) of the"],
        ["Q1", "first quartile of the"],
        ["Median", "median"],
        ["Q3", "third quartile of the"],
        ["Max", "largest"],
      ] as const
    ).map(([suffix, what]) => numberField(`window${suffix}`, "ms", `${what} round-trip time of ${WINDOW}`)),
  ],
);
