import { readFileSync } from "node:fs";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** What this node calls itself in announcements, reports and results. */
export const software = `flamenco-node/${version}`;
