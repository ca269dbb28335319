const { openTerminal } = (await import(new URL("../../../../client/dist/terminal/index.js", import.meta.url).href)) as {
  openTerminal: (environment: object) => object;
};

const stream = { isTTY: false, columns: 160, write: () => true };

/** A terminal of 160 columns without colors, that shows nothing. It is no part of the SDK: taken from the compiled client. */
export const plainTerminal = openTerminal({ stdout: stream, stderr: stream, env: {}, json: false });
