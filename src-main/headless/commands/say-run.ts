// A run in one line: "Factures : terminé, 12 vus, 10 livrés, 2 filtrés (10 documents, 3,4 Mo) – 1,2 s".
import type { ErrorParams } from '#contract/error-codes';
import { countsToSay, type Run, type RunCounts } from '#contract/model/run';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';

export function sayRun(texts: Texts, launcher: string, run: Run): string {
  const outcome = texts.say(`outcome.${run.outcome}`);
  const tookMs = run.endedAt === null ? 0 : Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const counts = sayCounts(texts, run.counts);
  return texts.say('cli.run.line', { launcher, outcome, counts, tookMs });
}

/** Only what is not zero; documents and bytes in brackets. */
export function sayCounts(texts: Texts, counts: RunCounts): string {
  const words = countsToSay(counts).map((name) =>
    texts.say(`counts.${name}`, { count: counts[name] }),
  );
  const text = words.join(', ');
  if (counts.documents === 0) return text;
  const documents = texts.say('counts.documents', {
    count: counts.documents,
    sizeBytes: counts.bytes,
  });
  return `${text} (${documents})`;
}

export function sayError(
  texts: Texts,
  launcher: string,
  error: { readonly code: string; readonly params: ErrorParams },
): string {
  return texts.say('cli.run.error', { launcher, sentence: sayReason(texts, error) });
}
