import type { ReleasePlan } from "@flamenco/policies/release";
import type { Simulation } from "./release-simulation.js";

interface Beside<T> {
  readonly exact: T;
  readonly released: T;
}

/** What `release simulate --json` answers. Holds exact values: for the operator's desk, never released. */
export interface SimulationReport {
  readonly file: string;
  readonly preset: string;
  readonly notice: string;
  /** Noise came from this seed; `null`: from the operating system. */
  readonly seed: number | null;
  readonly unit: string | null;
  readonly rows: number;
  readonly units: number;
  readonly rowsPerUnit: number;
  readonly countedRows: number;
  readonly price: Pick<ReleasePlan, "epsilon" | "delta" | "epsilonSpent" | "microRho" | "parts">;
  readonly expected: ReleasePlan["expected"];
  readonly lfs: readonly {
    readonly lf: string;
    readonly coverage: Beside<number>;
    readonly weight: Beside<number | null>;
  }[];
  readonly agreement: Beside<readonly (readonly (number | null)[])[]>;
  readonly f1: Beside<readonly (number | null)[]> | null;
  readonly accuracy: Beside<number | null> | null;
  readonly labels: readonly string[];
  readonly warnings: readonly string[];
}

const UNSEEDED =
  "A simulation: exact values stand beside the released ones, and the budget of no dataset was charged. Do not pass it on.";
const SEEDED =
  "A simulation with a seed: whoever knows the seed can take the noise off again. Never release this output; releases draw from the operating system.";

export function reportSimulation(
  { plan, units, countedRows, exact, released }: Simulation,
  about: { file: string; preset: string; seed: number | null; unit: string | null; labels: readonly string[] },
): SimulationReport {
  const { epsilon, delta, epsilonSpent, microRho, parts } = plan;
  const { scores } = exact;
  const noisy = released.scores;
  return {
    file: about.file,
    preset: about.preset,
    notice: about.seed === null ? UNSEEDED : SEEDED,
    seed: about.seed,
    unit: about.unit,
    rows: exact.analysis.rows,
    units,
    rowsPerUnit: plan.rowsPerUnit,
    countedRows,
    price: { epsilon, delta, epsilonSpent, microRho, parts },
    expected: plan.expected,
    lfs: exact.analysis.lfs.map(({ lf, coverage, weight }, index) => {
      const other = released.analysis.lfs[index]!;
      return {
        lf,
        coverage: { exact: coverage, released: other.coverage },
        weight: { exact: weight, released: other.weight },
      };
    }),
    agreement: { exact: exact.analysis.agreement, released: released.analysis.agreement },
    f1: scores === null || noisy === null ? null : { exact: scores.f1, released: noisy.f1 },
    accuracy: scores === null || noisy === null ? null : { exact: scores.accuracy, released: noisy.accuracy },
    labels: about.labels,
    warnings: [...released.analysis.warnings, ...released.labelModel.warnings, ...(noisy?.reasons ?? [])],
  };
}
