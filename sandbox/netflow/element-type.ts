/** How the octets of an information element are read: the abstract types of RFC 7012, section 3.1, widths left out. */
export type ElementType =
  | "unsigned"
  | "float"
  | "string"
  | "octetArray"
  | "macAddress"
  | "ipv4Address"
  | "ipv6Address"
  | "dateTimeSeconds"
  | "dateTimeMilliseconds"
  | "dateTimeMicroseconds"
  | "dateTimeNanoseconds"
  /** Classification engine and selector (RFC 6759, section 4.1). */
  | "applicationId";

/** A line of the tables of elements. */
export type ElementRow = readonly [id: number, name: string, type: ElementType, unit?: string];

/** What a field of a record means. */
export interface InformationElement {
  /** Private enterprise number; 0 for IANA's own. */
  readonly enterprise: number;
  readonly id: number;
  readonly name: string;
  readonly type: ElementType;
  /** As IANA's registry spells it; empty where there is none. */
  readonly unit: string;
}
