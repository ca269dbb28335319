import { verifyPackage } from "@flamenco/language";
import { FlamencoError } from "@flamenco/policies/errors";
import { openPackage } from "@flamenco/policies/trust";
import type { Kind, PackageReference, Study } from "@flamenco/policies/wire";
import type { CheckedPackage, StudyDataset } from "./verified-study.js";

/**
 * Open one package, compare it with the study's reference and question, and recompute its certificates. Every private field
 * is readable here so that certificates say which are read; whether they may be is the policies' decision.
 */
export function checkPackage(bundle: unknown, reference: PackageReference, study: Study, kind: Kind): CheckedPackage {
  const opened = openPackage(bundle);
  const title = `${reference.name}@${reference.version}`;
  const { id, name, version } = opened.reference;
  if (id !== reference.id || name !== reference.name || version !== reference.version) {
    throw new FlamencoError("FLM_DIGEST", `The package that came for ${title} is another one.`);
  }
  if (opened.manifest.kind !== study.kind) {
    throw new FlamencoError(
      "FLM_STUDY_REFUSED",
      `${title} is for ${opened.manifest.kind}, the study for ${study.kind}.`,
    );
  }
  assertSameTask(title, opened.manifest.task, study.task);
  const grantedFields = kind.fields.filter(({ access }) => access === "private").map((field) => field.name);
  return { bundle, opened, lfs: verifyPackage(opened, { grantedFields }) };
}

function assertSameTask(title: string, one: Study["task"], other: Study["task"]): void {
  const same =
    one.id === other.id &&
    one.positive === other.positive &&
    one.labels.length === other.labels.length &&
    one.labels.every((label, index) => label === other.labels[index]);
  if (!same) throw new FlamencoError("FLM_STUDY_REFUSED", `${title} answers another task than the study's.`);
}

/** Every field and statistic that a labeling function reads is a column of the dataset. */
export function assertFieldsPresent(packages: readonly CheckedPackage[], dataset: StudyDataset): void {
  const present = new Set(dataset.manifest.columns);
  const details = packages.flatMap(({ opened, lfs }) =>
    lfs.flatMap(({ name, certificate }) => {
      const read = [...certificate.fields, ...certificate.statistics.map((statistic) => statistic.split(".")[0] ?? "")];
      return unique(read)
        .filter((field) => !present.has(field))
        .map((field) => ({
          at: `${opened.reference.name}@${opened.reference.version}#${name}`,
          message: `reads ${field}, which the dataset ${dataset.name} does not have`,
        }));
    }),
  );
  const [first] = details;
  if (first !== undefined) {
    throw new FlamencoError("FLM_FIELD_MISSING", `${first.at} ${first.message}.`, { details });
  }
}

/** Private fields that the labeling functions read, sorted. */
export function privateFieldsOf(packages: readonly CheckedPackage[]): string[] {
  return unique(packages.flatMap(({ lfs }) => lfs.flatMap(({ certificate }) => certificate.privateFields)));
}

/** Distinct values, sorted. */
export const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
