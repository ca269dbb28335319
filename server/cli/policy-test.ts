import { type PolicyTestResult, parsePolicyTests, runPolicyTests } from "@flamenco/policies/access";
import { FlamencoError, isFlamencoError } from "@flamenco/policies/errors";
import { toLine } from "../support/index.js";
import { openPolicySource, parseJson } from "./policy-source.js";

export interface PolicyTestOptions {
  readonly json: boolean;
}

interface TestedFile {
  readonly file: string;
  readonly cases: readonly PolicyTestResult[];
}

/**
 * `flamenco-node policy test DIR`: ask the policies what the `*.test.json` beside them ask. Exit code 1 when an answer is
 * another than expected.
 * @throws FLM_NOT_FOUND when there is nothing to ask, FLM_SCHEMA, FLM_POLICY_INVALID
 */
export async function testPolicies(name: string, { json }: PolicyTestOptions): Promise<void> {
  const { policySet, selectFiles, readTests } = await openPolicySource(name);
  const tests = await readTests();
  if (tests.length === 0) throw new FlamencoError("FLM_NOT_FOUND", `${name} holds no *.test.json.`);
  const files = tests.map(({ name: file, text }): TestedFile => {
    try {
      const tests = parsePolicyTests(parseJson({ name: file, text }));
      const asked = tests.policyFiles === undefined ? policySet : selectFiles(tests.policyFiles);
      return { file, cases: runPolicyTests(asked, tests) };
    } catch (error) {
      if (!isFlamencoError(error, "FLM_SCHEMA")) throw error;
      throw new FlamencoError("FLM_SCHEMA", `${file}: ${error.message}`, { details: error.details, cause: error });
    }
  });
  const cases = files.flatMap((file) => file.cases);
  const passed = cases.filter((one) => one.passed).length;
  const failed = cases.length - passed;
  if (failed > 0) process.exitCode = 1;
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: "policyTests", source: name, policySet: policySet.digest, passed, failed, files })}\n`
      : `${[...files.map(drawFile), `${passed} passed, ${failed} failed.`].join("\n")}\n`,
  );
}

function drawFile({ file, cases }: TestedFile): string {
  return [toLine(file), ...cases.map(drawCase)].join("\n");
}

function drawCase({ name, passed, problems }: PolicyTestResult): string {
  return [
    `  ${passed ? "passed" : "FAILED"}  ${toLine(name)}`,
    ...problems.map((problem) => `            ${toLine(problem)}`),
  ].join("\n");
}
