// What the index file of an envelope tells: the normalised keys of its document or documents, the files as they lie in
// the COLD job, what is odd about it, and what it answers or is answered by.
import type { Job } from '#contract/model/cold-job';
import type { EnvelopeDocument, Finding } from '#contract/model/envelope';
import type { IndexRecord } from '../destinations/envelope-sidecar.ts';
import type { EnvelopeOffer } from '../envelopes/offer.ts';
import type { DeliveredFile } from '../envelopes/sidecar-record.ts';
import { listOf, sidecarRecord } from '../envelopes/sidecar-record.ts';
import type { SourceItem } from '../sources/source.ts';
import type { EarlierEnvelope } from '../store/envelope-repo.ts';
import type { RunContext } from './run-context.ts';

export type Recognised = Extract<EnvelopeOffer, { readonly is: 'envelope' }>;

export type IndexedFile = DeliveredFile & { readonly documents: readonly number[] };

export type IndexParts = {
  readonly item: SourceItem;
  readonly offer: Recognised;
  readonly job: Job;
  readonly files: readonly IndexedFile[];
  /** Found out while it was fetched. */
  readonly warnings: readonly Finding[];
  /** By document: the other side of its exchange. */
  readonly others: readonly (readonly EarlierEnvelope[])[];
  /** The same thing, delivered before with another content. */
  readonly before: EarlierEnvelope | undefined;
};

export function envelopeIndex(
  context: Pick<RunContext, 'launcher' | 'clock'>,
  parts: IndexParts,
): IndexRecord {
  const { offer, files, item, job } = parts;
  const { documents } = offer.envelope;
  const warnings = [...offer.envelope.warnings, ...parts.warnings].map(sayFinding);
  const records = documents.map((document, index): IndexRecord => {
    const mine = documents.length === 1 ? files : files.filter((f) => f.documents.includes(index));
    const {
      files: listed = [],
      warnings: said = [],
      ...keys
    } = sidecarRecord(document, mine, documents.length === 1 ? warnings : []);
    return {
      ...keys,
      ...linksOf(document, parts.others[index] ?? []),
      files: listed,
      warnings: said,
    };
  });
  const [only = {}] = records;
  const { type = '', source_file: sourceFile = '' } = only;
  const told =
    records.length === 1
      ? only
      : { type, source_file: sourceFile, documents: records, files: listOf(files), warnings };
  return {
    ...told,
    ...(parts.before === undefined
      ? {}
      : { replaces_source_file: parts.before.sourceFile, replaces_at: parts.before.deliveredAt }),
    received_at: item.receivedAt ?? '',
    delivered_at: context.clock.now().toISOString(),
    launcher: context.launcher.description,
    job_number: job.number === 0 ? '' : String(job.number),
    job_name: job.name,
  };
}

function linksOf(document: EnvelopeDocument, others: readonly EarlierEnvelope[]): IndexRecord {
  const [first] = others;
  if (first === undefined) return {};
  if (document.isAnswer) {
    return {
      answers_title: first.title,
      answers_source_file: first.sourceFile,
      answers_delivered_at: first.deliveredAt,
    };
  }
  return {
    answered_by: others.map((one) =>
      [one.form, one.sourceFile, one.state].filter(Boolean).join(' '),
    ),
  };
}

/** Index files are read by programs: code and parameters, the same in every language. */
const sayFinding = ({ code, params }: Finding): string =>
  [code, ...Object.entries(params).map(([key, value]) => `${key}=${String(value)}`)].join(' ');
