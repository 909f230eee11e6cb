// `lanceur preview <launcher>`: what a run would do now, each item with verdict and reason; changes nothing.
import type { Job } from '#contract/model/cold-job';
import type { PreviewDocument, PreviewItem } from '#contract/model/preview';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { tableLines } from '../terminal/table.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';

export const preview: Command = async (context) => {
  const { terminal, texts, signal, json } = context;
  const [wanted = ''] = context.arguments.positionals;
  const limit = context.arguments.integer('limit', { min: 1, max: 5000 });
  const session = await context.session();
  const { id } = await findLauncher(session, wanted, texts.language);
  const input = { id, ...(limit === undefined ? {} : { limit }) };
  const items = await session.call('launchers.preview', input, { signal });
  if (json) {
    printJson(terminal, items);
    return exitCodes.ok;
  }
  const jobs = await session.call('jobs.list', {});
  const rows = items.flatMap((item) => itemRows(item, jobs, texts));
  const head = ['verdict', 'name', 'size', 'reason'].map((one) =>
    texts.say(`cli.preview.head.${one}`),
  );
  const align = ['left', 'left', 'right', 'left'] as const;
  if (items.length > 0) {
    for (const line of tableLines(rows, { head, align })) terminal.result(line);
  }
  terminal.note(texts.say('cli.preview.total', { count: items.length }));
  return exitCodes.ok;
};

/** A file is one row; a mail has a row for each of its documents below its own, an envelope one for each argument. */
function itemRows(item: PreviewItem, jobs: readonly Job[], texts: Texts): string[][] {
  const [only] = item.documents;
  const isPlain = item.documents.length === 1 && only?.name === item.title;
  const documents = item.documents.map((one) => documentRow(one, jobs, texts));
  const why = [...(item.explanation?.why ?? []), ...(item.explanation?.warnings ?? [])].map(
    (one) => ['', '', '', sayReason(texts, one)],
  );
  if (isPlain && item.verdict === only.verdict) return [...documents, ...why];
  const size = texts.formats.size(item.sizeBytes);
  const own = [sayVerdict(item.verdict, texts), item.title, size, sayReason(texts, item.reason)];
  return [
    own,
    ...why,
    ...documents.map(([verdict = '', name = '', ...rest]) => [verdict, `  ${name}`, ...rest]),
  ];
}

function documentRow(document: PreviewDocument, jobs: readonly Job[], texts: Texts): string[] {
  const { name, sizeBytes, verdict, reason, jobId } = document;
  const job = jobs.find((one) => one.id === jobId);
  const why =
    verdict === 'take' && job !== undefined && reason.code === 'route.job'
      ? texts.say('cli.preview.goesTo', { job: job.name, path: job.destination.path })
      : sayReason(texts, reason);
  const size = sizeBytes === null ? '' : texts.formats.size(sizeBytes);
  return [sayVerdict(verdict, texts), name, size, why];
}

const sayVerdict = (verdict: string, texts: Texts): string => texts.say(`verdict.${verdict}`);
