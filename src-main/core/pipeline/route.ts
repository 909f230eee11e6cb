// Routing, a pure function: which COLD job takes a document, by its extension or envelope type.
import type { JobId } from '#contract/ids';
import type { Affiliation } from '#contract/model/affiliation';
import { EnvelopeKind } from '#contract/model/envelope';

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

const KINDS: ReadonlySet<string> = new Set(EnvelopeKind.options);

/** Whether a row names an envelope type: then documents are looked into once they are staged. */
export const routesByContent = (affiliations: readonly Affiliation[]): boolean =>
  affiliations.some((row) => row.extensions.some((one) => KINDS.has(one)));

/**
 * Where a document is staged before its content is known: where its name leads, else to the first job of an envelope type,
 * if it may be one.
 */
export function routeBeforehand(
  name: string,
  affiliations: readonly Affiliation[],
): JobId | undefined {
  const byName = route(name, affiliations);
  if (byName !== undefined || !routesByContent(affiliations) || NEVER.test(name)) return byName;
  return affiliations.find((row) => row.extensions.some((one) => KINDS.has(one)))?.jobId;
}

/** Whether the content has a say about where a document of that name goes, and may be the only one to have it. */
export function contentDecides(
  name: string,
  affiliations: readonly Affiliation[],
): 'no' | 'perhaps' | 'alone' {
  if (!routesByContent(affiliations) || NEVER.test(name)) return 'no';
  return route(name, affiliations) === undefined ? 'alone' : 'perhaps';
}

/** Not fetched for the sake of what is in them: pictures, sound, office files and archives are no envelopes. */
const NEVER =
  /\.(?:jpe?g|png|gif|bmp|tiff?|webp|heic|svg|ico|mp[34]|wav|avi|mov|docx?|xlsx?|pptx?|od[tspg]|rtf|csv|html?|ics|vcf|zip|rar|7z|gz|exe|p7s)$/iu;

/** `Archive.TAR.gz` → [`tar.gz`, `gz`]; a name without a dot has none. */
function suffixes(name: string): string[] {
  const parts = name.toLowerCase().split('.').slice(1);
  return parts.map((_, index) => parts.slice(index).join('.'));
}
