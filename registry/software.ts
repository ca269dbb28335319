/** Name and version, as health answers give them. */
export const software = "flamenco-registry/0.1.0";
