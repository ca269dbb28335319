/** The case studies of the paper, sections 4.1 to 4.4. */
export const studyNames = ["ark", "atlas", "cic-ddos", "worf"] as const;
export type StudyName = (typeof studyNames)[number];

/** A number with the low and high end of its 95 % bootstrap interval; `null` where it is not defined. */
export interface Interval {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
}

/** `null` is a place where the paper or we have no number. */
export type ReportCell = string | number | Interval | null;

/** A table of the report; the paper's figure and ours stand side by side. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReportCell[])[];
  readonly note?: string;
}

/** What the paper says, and whether it is so on this data. */
export interface Claim {
  readonly claim: string;
  readonly verdict: "holds" | "does not hold";
  /** The numbers that decide, in words. */
  readonly because: string;
}

/** A drawing, and what it shows. */
export interface ReportChart {
  /** File name within the report's folder. */
  readonly file: string;
  readonly caption: string;
  readonly svg: string;
}

/** Everything that a case study found. */
export interface StudyReport {
  readonly study: StudyName;
  readonly title: string;
  /** Sections, tables and figures of the paper. */
  readonly paper: string;
  readonly small: boolean;
  readonly seed: number;
  /** What differs from the paper's data, in one line. */
  readonly difference: string;
  /** Where the ground truth comes from. */
  readonly truth: string;
  /** Rows, series and the like, by name. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Whatever else decides the numbers: features, models, backends. */
  readonly settings: Readonly<Record<string, string | number>>;
  readonly tables: readonly ReportTable[];
  readonly charts: readonly ReportChart[];
  readonly claims: readonly Claim[];
  readonly notes: readonly string[];
}
