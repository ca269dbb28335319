import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { parseReleaseRules } from "@flamenco/policies/release";
import { closed, Name, PresetName, ReleaseRules } from "@flamenco/policies/wire";
import { type Static, Type } from "@sinclair/typebox";
import { limits } from "../limits.js";

/** What may leave of which dataset. */
export const ReleaseConfig = Type.Object(
  {
    /** Preset of every dataset that is not listed; `standard` when absent. `open` is for public or synthetic data alone. */
    preset: Type.Optional(PresetName),
    datasets: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Name,
            preset: PresetName,
            /** In place of the preset's own. */
            rules: Type.Optional(ReleaseRules),
          },
          closed,
        ),
        { maxItems: limits.releaseDatasets },
      ),
    ),
    /** Whether researchers are told rules, size to two digits, and balances of the datasets; true when absent. */
    announceTerms: Type.Optional(Type.Boolean()),
    /** Protected releases, and refusals of them, leave at multiples of so many seconds. */
    tickSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  },
  closed,
);
export type ReleaseConfig = Static<typeof ReleaseConfig>;

/**
 * What the schema cannot say: no dataset twice, rules that do not contradict themselves, exact rules under `open` and no other.
 * @param path of the file, for the message
 * @throws FLM_CONFIG
 */
export function assertReleaseConfig(path: string, { datasets = [] }: ReleaseConfig): void {
  const details = datasets.flatMap(({ name, preset, rules }, index) => {
    const at = `/release/datasets/${index}`;
    if (datasets.findIndex((other) => other.name === name) < index) {
      return [{ at, message: "This dataset is listed already." }];
    }
    if (rules === undefined) return [];
    if ((rules.protection === "exact") !== (preset === "open")) {
      return [{ at, message: "Exact rules go with the preset `open`, and that preset with them." }];
    }
    try {
      parseReleaseRules(rules);
      return [];
    } catch (error) {
      if (!isFlamencoError(error)) throw error;
      return [{ at: `${at}/rules`, message: error.message }];
    }
  });
  if (details.length > 0) {
    throw new FlamencoError("FLM_CONFIG", `${path} is wrong at ${details.map(({ at }) => at).join(", ")}.`, {
      details,
    });
  }
}
