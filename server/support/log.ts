/** What the node's parts need of a log: pino's shape. Fields are names, codes and counts, never a row value. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
