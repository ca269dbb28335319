import { FlamencoError } from "@flamenco/policies/errors";
import { assertWithin, releaseLimits } from "@flamenco/policies/release";
import { type OutputName, outputNames } from "@flamenco/policies/wire";
import { splitList } from "./common-options.js";

/** Outputs from a list as it stands on a command line. @throws FLM_USAGE */
export function parseOutputs(list: string): OutputName[] {
  return splitList(list).map((text) => {
    const output = outputNames.find((name) => name === text);
    if (output !== undefined) return output;
    throw new FlamencoError(
      "FLM_USAGE",
      `There is no output ${JSON.stringify(text)}; there are ${outputNames.join(", ")}.`,
    );
  });
}

/** Rows of a dataset. @throws FLM_RELEASE_RANGE naming the range */
export function parseRows(text: string): number {
  return assertWithin(Number(text), "rows", releaseLimits.rows);
}

/** Privacy loss of a release. @throws FLM_RELEASE_RANGE naming the range */
export function parseEpsilon(text: string): number {
  return assertWithin(Number(text), "epsilon", releaseLimits.epsilonPerRelease);
}
