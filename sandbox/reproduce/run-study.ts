import { runArkStudy } from "./ark-study.js";
import { runAtlasStudy } from "./atlas-study.js";
import { runCicDdosStudy } from "./cic-ddos-study.js";
import type { StudyInput } from "./study-input.js";
import type { StudyName, StudyReport } from "./study-report.js";
import { runWorfStudy } from "./worf-study.js";

const studies: Readonly<Record<StudyName, (input: StudyInput) => Promise<StudyReport>>> = Object.freeze({
  ark: runArkStudy,
  atlas: runAtlasStudy,
  "cic-ddos": runCicDdosStudy,
  worf: runWorfStudy,
});

/**
 * Run a case study of the paper end to end. The same input gives the same report on every machine whose classifiers have the same
 * backend.
 * @throws FLM_STUDY_DATA for missing data, and what reading, labeling and learning throw
 */
export async function runStudy(name: StudyName, input: StudyInput): Promise<StudyReport> {
  return studies[name](input);
}
