import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FlamencoError } from "@flamenco/policies/errors";
import type { StudyName } from "./study-report.js";

/** Where a study's data lie within the data folder, and where the public has them from. */
export interface StudySource {
  readonly folder: string;
  readonly expected: string;
  readonly from: string;
}

const sources: Readonly<Record<StudyName, StudySource>> = Object.freeze({
  ark: {
    folder: "2_rtt/wenqinshao_rtt/real_trace_labelled",
    expected: "CSV files epoch;rtt;cp, one a series",
    from: "https://github.com/WenqinSHAO/rtt (MIT)",
  },
  atlas: {
    folder: "2_rtt/atlas_floh22",
    expected: "ping.ndjson.gz, RIPE Atlas ping results, one a line",
    from: "https://atlas.ripe.net/measurements/ (credit RIPE Atlas)",
  },
  "cic-ddos": {
    folder: "1_cic/ddos2019_sheyie",
    expected: "Training_BENIGN.csv and Training_DrDoS_NTP_data_data_5.csv of CICFlowMeter",
    from: "https://www.unb.ca/cic/datasets/ddos-2019.html (cite Sharafaldin et al. 2019)",
  },
  worf: {
    folder: "4_netflow/derived_nfcapd",
    expected: "*.csv.gz with nfdump's fields: ndpi_mixed_flows (benign) and captures of attacks",
    from: "captures of nDPI, StopDDoS and LUCID through nfpcapd and nfdump 1.7",
  },
});

/**
 * Files of a study, by name, in order.
 * @param matches which files of its folder belong to it
 * @throws FLM_STUDY_DATA when the folder or every file is missing; it names what is expected and where it can be had
 */
export async function listStudyFiles(
  study: StudyName,
  data: string,
  matches: (name: string) => boolean,
): Promise<string[]> {
  const { folder } = sources[study];
  const path = join(data, folder);
  const names = await readdir(path).catch((cause: unknown) => {
    throw missingData(study, "the folder is not there", cause);
  });
  const found: string[] = [];
  for (const name of names.filter(matches).sort()) {
    const file = await stat(join(path, name)).catch(() => null);
    if (file?.isFile() === true) found.push(join(path, name));
  }
  if (found.length === 0) throw missingData(study, "no such file is there");
  return found;
}

/** @param why what is wrong with the data folder */
export function missingData(study: StudyName, why: string, cause?: unknown): FlamencoError {
  const { folder, expected, from } = sources[study];
  return new FlamencoError(
    "FLM_STUDY_DATA",
    `The study ${study} reads ${folder} within the folder that --data names: ${expected}; ${why}. Public source: ${from}.`,
    { cause },
  );
}
