const grouped = new Intl.NumberFormat("en-US");

/** Share, probability or score with three digits; a dash where nothing is known. */
export function formatShare(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(3);
}

/** Count with thousands separated. */
export function formatCount(value: number): string {
  return grouped.format(value);
}

const BLOCKS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of a share, in eighths of a character, padded to `width`. */
export function drawBar(share: number | null, width: number): string {
  const eighths = Math.round((share ?? 0) * width * 8);
  return ("█".repeat(Math.floor(eighths / 8)) + BLOCKS[eighths % 8]).padEnd(width);
}
