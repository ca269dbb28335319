/**
 * How features are computed. `corrected`: as their names and definitions say. `compat-2021`: with the errors that are left in
 * the CICFlowMeter of Engelen et al. 2021, to compare with data made by it.
 */
export const meterModes = Object.freeze(["corrected", "compat-2021"] as const);
export type MeterMode = (typeof meterModes)[number];

/** When flows end. Seconds; Infinity for never. */
export interface MeterTimeouts {
  /** A record lasts no longer: a packet after that begins the connection's next part. */
  readonly activeSeconds: number;
  /** Quiet time that ends a TCP flow, and one of any other protocol. */
  readonly idleTcpSeconds: number;
  readonly idleOtherSeconds: number;
  /** Quiet time that ends a TCP flow after FINs or an RST: late packets belong to it. */
  readonly closedSeconds: number;
}

const ACTIVE_SECONDS = 120;

/** CICFlowMeter knows the active timeout alone. */
export function timeoutsOf(mode: MeterMode): MeterTimeouts {
  return mode === "corrected"
    ? // 60 s is how long Linux and most others keep a closed connection's ports (TIME-WAIT).
      { activeSeconds: ACTIVE_SECONDS, idleTcpSeconds: 120, idleOtherSeconds: 60, closedSeconds: 60 }
    : {
        activeSeconds: ACTIVE_SECONDS,
        idleTcpSeconds: Number.POSITIVE_INFINITY,
        idleOtherSeconds: Number.POSITIVE_INFINITY,
        closedSeconds: Number.POSITIVE_INFINITY,
      };
}

/** Timeouts as JSON can say them: null for never. */
export function timeoutSeconds(timeouts: MeterTimeouts): Record<keyof MeterTimeouts, number | null> {
  const orNull = (seconds: number) => (Number.isFinite(seconds) ? seconds : null);
  return {
    activeSeconds: orNull(timeouts.activeSeconds),
    idleTcpSeconds: orNull(timeouts.idleTcpSeconds),
    idleOtherSeconds: orNull(timeouts.idleOtherSeconds),
    closedSeconds: orNull(timeouts.closedSeconds),
  };
}
