import type { ElementRow, InformationElement } from "./element-type.js";
import { ianaElements } from "./iana-elements.js";
import { enterpriseElements, netflow9Elements } from "./vendor-elements.js";

/** RFC 5103, section 6.1: the element of that id, measured in the reverse direction of a flow. */
export const REVERSE_ENTERPRISE = 29305;
/** CERT marks reverse elements by a bit of the id instead, as RFC 5103, section 6.2 allows. */
export const CERT_ENTERPRISE = 6871;
const CERT_REVERSE_BIT = 0x4000;

/** Elements whose content is records of other templates (RFC 6313): kept as octets. */
const listIds: ReadonlySet<number> = new Set([291, 292, 293]);

const iana = tableOf(0, ianaElements);
const netflow9 = tableOf(0, netflow9Elements);
const enterprises = new Map([...enterpriseElements].map(([number, rows]) => [number, tableOf(number, rows)]));

function tableOf(enterprise: number, rows: readonly ElementRow[]): ReadonlyMap<number, InformationElement> {
  return new Map(rows.map(([id, name, type, unit = ""]) => [id, Object.freeze({ enterprise, id, name, type, unit })]));
}

/**
 * The element of a template's field. Unknown ones are octets, named by their numbers.
 * @param enterprise private enterprise number, 0 for IANA
 * @param version of the message: v9 has vendors' ids among IANA's
 */
export function elementOf(enterprise: number, id: number, version: number): InformationElement {
  return findElement(enterprise, id, version) ?? unknownElement(enterprise, id);
}

/** True for basicList, subTemplateList and subTemplateMultiList. */
export function isList({ enterprise, id }: InformationElement): boolean {
  return enterprise === 0 && listIds.has(id);
}

function findElement(enterprise: number, id: number, version: number): InformationElement | undefined {
  if (enterprise === 0) return iana.get(id) ?? (version === 9 ? netflow9.get(id) : undefined);
  if (enterprise === REVERSE_ENTERPRISE) return reversed(iana.get(id), enterprise, id);
  const known = enterprises.get(enterprise)?.get(id);
  if (known !== undefined || enterprise !== CERT_ENTERPRISE || (id & CERT_REVERSE_BIT) === 0) return known;
  return reversed(enterprises.get(enterprise)?.get(id & ~CERT_REVERSE_BIT), enterprise, id);
}

function reversed(forward: InformationElement | undefined, enterprise: number, id: number) {
  if (forward === undefined) return undefined;
  const name = `reverse${forward.name.charAt(0).toUpperCase()}${forward.name.slice(1)}`;
  return Object.freeze({ ...forward, enterprise, id, name });
}

function unknownElement(enterprise: number, id: number): InformationElement {
  const name = enterprise === 0 ? `element${id}` : `enterprise${enterprise}Element${id}`;
  return Object.freeze({ enterprise, id, name, type: "octetArray", unit: "" });
}
