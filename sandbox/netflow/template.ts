import type { InformationElement } from "./element-type.js";
import { isList } from "./elements.js";
import { type FlowPlan, planFlow } from "./flow-plan.js";

/** Length of a field that says its own length in each record (RFC 7011, section 7). */
export const VARIABLE_LENGTH = 65_535;

export interface TemplateField {
  readonly element: InformationElement;
  /** Octets, or `VARIABLE_LENGTH`. */
  readonly length: number;
}

/** How the records of a set are laid out. */
export interface Template {
  readonly id: number;
  /** Describes the exporter, not flows. */
  readonly isOptions: boolean;
  /** Fields that have octets; those of length zero say nothing and are left out, so that a field costs at least an octet. */
  readonly fields: readonly TemplateField[];
  /** Octets of the shortest record. */
  readonly minimumBytes: number;
  readonly hasVariableFields: boolean;
  /** Fields of RFC 6313, whose records are not read. */
  readonly listFields: number;
  /** Where the record keeps what a flow needs; null when it holds no flow. */
  readonly plan: FlowPlan | null;
}

/** @param fields in the order of the record, scope fields first. */
export function makeTemplate(id: number, isOptions: boolean, fields: readonly TemplateField[]): Template {
  const kept = fields.filter(({ length }) => length > 0);
  return {
    id,
    isOptions,
    fields: kept,
    minimumBytes: kept.reduce((bytes, { length }) => bytes + (length === VARIABLE_LENGTH ? 1 : length), 0),
    hasVariableFields: kept.some(({ length }) => length === VARIABLE_LENGTH),
    listFields: kept.filter(({ element }) => isList(element)).length,
    plan: isOptions ? null : planFlow(kept.map(({ element }) => element)),
  };
}
