// What the core makes of one unit: opened, recognised, and every attachment taken out for the count.
import type { Envelope, EnvelopeSettings, Finding } from '#contract/model/envelope';
import {
  type Extracted,
  extractAttachments,
} from '#core/envelopes/attachments/extract-attachments';
import { fileBytes } from '#core/envelopes/bytes/byte-source';
import { inspectUnit } from '#core/envelopes/recognise';
import { openUnit } from '#core/envelopes/unit/open-unit';
import type { UnitPlan } from '#core/envelopes/unit/plan-units';
import type { Unit } from '#core/envelopes/unit/unit';
import { RefusedError } from '#core/errors';

export type Report = { readonly why: readonly Finding[]; readonly extracted: readonly string[] } & (
  | { readonly outcome: 'envelope'; readonly envelope: Envelope }
  | { readonly outcome: 'refused'; readonly reason: Finding }
  | { readonly outcome: 'crash'; readonly message: string }
);

export type ReportOptions = {
  readonly settings: EnvelopeSettings;
  readonly spoolDir: string;
  readonly signal: AbortSignal;
};

export async function reportUnit(plan: UnitPlan, options: ReportOptions): Promise<Report> {
  const { settings, spoolDir, signal } = options;
  try {
    const unit = await openUnit(plan, { spoolDir, limits: settings.limits, signal });
    const { why, verdict } = await inspectUnit(unit, settings, signal);
    if (verdict.is === 'refused') {
      return { outcome: 'refused', reason: verdict.error, why, extracted: [] };
    }
    const extracted = await extractAll(unit, verdict.envelope, options);
    return { outcome: 'envelope', envelope: verdict.envelope, why, extracted };
  } catch (error) {
    if (error instanceof RefusedError) {
      return { outcome: 'refused', reason: error, why: [], extracted: [] };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { outcome: 'crash', message, why: [], extracted: [] };
  }
}

async function extractAll(
  unit: Unit,
  envelope: Envelope,
  { settings, spoolDir, signal }: ReportOptions,
): Promise<string[]> {
  const lines: string[] = [];
  const attachments = envelope.documents.flatMap((document) => document.attachments);
  for (const carrier of new Set(attachments.map((one) => one.carrier))) {
    const file = unit.files.find(({ name }) => name === carrier)!;
    const wanted = attachments.filter((one) => one.carrier === carrier);
    const results = await extractAttachments(fileBytes(file), wanted, {
      sinkFor: () => ({ write: () => undefined, end: () => undefined, discard: () => undefined }),
      limits: settings.limits,
      spoolDir,
      signal,
    });
    lines.push(...results.map(line));
  }
  return lines;
}

const line = ({ attachment, name, sizeBytes, failure }: Extracted): string =>
  `${name}  ${attachment.role}  ${attachment.packing}  ${failure === null ? `${sizeBytes} bytes` : failure.code}`;
