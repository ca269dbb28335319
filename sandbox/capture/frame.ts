/**
 * Takes one captured frame: `bytes` from `start` to `end`. The bytes are lent for the time of the call.
 * @param timeMicros whole microseconds since 1970-01-01 UTC; not a number where the file tells none
 * @param linkType LINKTYPE_ value of the tcpdump group's registry
 * @param wireBytes length of the frame on the wire, of which fewer bytes may have been captured
 */
export type FrameSink = (
  bytes: Buffer,
  start: number,
  end: number,
  timeMicros: number,
  linkType: number,
  wireBytes: number,
) => void;

/** Where a capture stops making sense. Nothing behind it is read. */
export interface CaptureDamage {
  /** Offset in the decompressed file, in bytes. */
  readonly byte: number;
  readonly why: string;
}

/** How a capture file lays out its records: one of the two formats. */
export interface RecordLayout {
  /**
   * Read the record that begins at `at`, of which bytes up to `end` are here.
   * @returns bytes of the whole record, also when fewer of them are here and it was not read yet; 0 when its length is not here
   *   yet; or why it is damaged.
   */
  read(bytes: Buffer, at: number, end: number): number | string;
}
