import { publicRows } from "@flamenco/policies/release";
import type { BudgetCharged, DatasetManifest, NodeAnnouncement } from "@flamenco/policies/wire";
import type { ReleaseConfig } from "../config/index.js";
import { limits } from "../limits.js";
import { presetOf, rulesOf } from "./dataset-rules.js";
import type { BudgetAccount, BudgetLedger } from "./ledger.js";

/** As much of a dataset as is told. */
export interface OfferedDataset {
  readonly name: string;
  readonly version: string;
  readonly manifest: Pick<DatasetManifest, "kind" | "rows" | "truth">;
}

/**
 * What a node tells researchers of its datasets: names and kinds and, unless its operator keeps them back, the terms under
 * which each releases. Rows are told to two digits, as protected releases tell them.
 */
export async function describeDatasets(
  datasets: readonly OfferedDataset[],
  config: ReleaseConfig | undefined,
  ledger: Pick<BudgetLedger, "listAccounts">,
): Promise<NodeAnnouncement["datasets"]> {
  if (config?.announceTerms === false) return datasets.map(({ name, manifest: { kind } }) => ({ name, kind }));
  const accounts = await ledger.listAccounts();
  // An announcement has a size: of many datasets fewer balances each are told.
  const most = Math.min(limits.announcedCollaborators, Math.floor(limits.announcedBalances / datasets.length));
  return datasets.map(({ name, version, manifest: { kind, rows, truth } }) => {
    const preset = presetOf(config, name);
    const terms = {
      preset,
      rules: rulesOf(config, name, preset),
      version,
      rows: publicRows(rows),
      hasTruth: truth !== null,
      charged: chargedOf(
        version,
        accounts.filter(({ dataset }) => dataset === name),
        most,
      ),
    };
    return { name, kind, terms };
  });
}

function chargedOf(version: string, accounts: readonly BudgetAccount[], most: number): BudgetCharged {
  const own = accounts
    .filter((account) => account.version === version && account.collaborator !== "")
    .sort((one, other) => other.spent - one.spent || (one.collaborator < other.collaborator ? -1 : 1));
  return {
    datasetMicroRho: accounts.find((account) => account.version === "" && account.collaborator === "")?.spent ?? 0,
    collaborators: own.slice(0, most).map(({ collaborator, spent }) => ({ keyId: collaborator, microRho: spent })),
    complete: own.length <= most,
  };
}
