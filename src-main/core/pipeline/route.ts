// Routing, a pure function: which COLD job takes a document, by its extension or envelope type.
import type { JobId } from '#contract/ids';
import type { Affiliation } from '#contract/model/affiliation';

/**
 * The first row that names one of the document's types wins, the longest type first (`tar.gz` before `gz`);
 * then the first row without extensions (catch-all); then nobody: undefined.
 * @param name the document's file name; `types` are virtual extensions (envelope types) tried before its own.
 */
export function route(
  name: string,
  affiliations: readonly Affiliation[],
  types: readonly string[] = [],
): JobId | undefined {
  for (const type of [...types, ...suffixes(name)]) {
    const row = affiliations.find((one) => one.extensions.includes(type));
    if (row !== undefined) return row.jobId;
  }
  return affiliations.find((one) => one.extensions.length === 0)?.jobId;
}

/** `Archive.TAR.gz` → [`tar.gz`, `gz`]; a name without a dot has none. */
function suffixes(name: string): string[] {
  const parts = name.toLowerCase().split('.').slice(1);
  return parts.map((_, index) => parts.slice(index).join('.'));
}
