// `lanceur filter test <filter> [names…]`: what a filter does, in words and on names: those given, those on stdin,
// or those at the source of a launcher.
import type { CallOutput } from '#contract/calls';
import type { FilterSpec } from '#contract/model/filter';
import type { PreviewItem } from '#contract/model/preview';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { tableLines } from '../terminal/table.ts';
import { usageError } from '../usage-error.ts';
import { findLauncher } from './find-launcher.ts';
import { printJson } from './print-json.ts';

type Answer = CallOutput<'filter.test'>;
type Question = { readonly filter: FilterSpec; readonly names: readonly string[] };

/** What one call takes. */
const MAX_NAMES = 10_000;
const MAX_INPUT_BYTES = 16 * 1024 * 1024;

export const filterTest: Command = async (context) => {
  const { terminal, texts, json } = context;
  const { filter, names } = await question(context);
  if (names.length > MAX_NAMES) throw usageError('usage.tooManyNames', { max: MAX_NAMES });
  const session = await context.scratch();
  const input = { filter, names: [...names] };
  const answer = await session.call('filter.test', input, { signal: context.signal });
  if (json) printJson(terminal, answer);
  else for (const line of answerLines(answer, texts)) terminal.result(line);
  return exitCodes.ok;
};

async function question(context: CommandContext): Promise<Question> {
  const { text, flag, positionals } = context.arguments;
  const [include, ...given] = positionals;
  const wanted = text('launcher');
  const typed = { exclude: text('exclude') ?? '', caseSensitive: flag('case-sensitive') };
  if (wanted !== undefined) {
    const session = await context.session();
    const launcher = await findLauncher(session, wanted, context.texts.language);
    const filter = include === undefined ? launcher.filter : { include, ...typed };
    const names = given.length > 0 ? given : await namesAt(session, launcher.id, context.signal);
    return { filter, names };
  }
  if (include === undefined) throw usageError('usage.missingArgument', { command: 'filter test' });
  return {
    filter: { include, ...typed },
    names: given.length > 0 ? given : await typedNames(context),
  };
}

async function namesAt(
  session: Session,
  id: PreviewLauncherId,
  signal: AbortSignal,
): Promise<string[]> {
  const items = await session.call('launchers.preview', { id, limit: 5000 }, { signal });
  return items.flatMap(namesOf);
}

type PreviewLauncherId = Awaited<ReturnType<typeof findLauncher>>['id'];

const namesOf = ({ title, documents }: PreviewItem): string[] =>
  documents.length === 0 ? [title] : documents.map((one) => one.name);

async function typedNames({ terminal }: CommandContext): Promise<string[]> {
  const text = (await terminal.readInput(MAX_INPUT_BYTES)) ?? '';
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function answerLines({ analysis, verdicts }: Answer, texts: Texts): string[] {
  const words = analysis.words.map((word) => `• ${sayReason(texts, word)}`);
  const rows = verdicts.map(({ name, accepted, reason }) => [
    texts.say(accepted ? 'verdict.take' : 'verdict.filtered'),
    name,
    sayReason(texts, reason),
  ]);
  const surprises = analysis.counterExamples.map(
    ({ name, accepted, why }) =>
      `⚠ ${name}: ${texts.say(accepted ? 'verdict.take' : 'verdict.filtered')} – ${sayReason(texts, why)}`,
  );
  return [
    ...words,
    ...(rows.length > 0 ? ['', ...tableLines(rows)] : []),
    ...(surprises.length > 0 ? ['', ...surprises] : []),
    ...suggestionLines(analysis.suggestion, texts),
  ];
}

function suggestionLines(suggestion: Answer['analysis']['suggestion'], texts: Texts): string[] {
  if (suggestion === null) return [];
  const { include, exclude } = suggestion.spec;
  const spelling = exclude === '' ? include : `${include} --exclude ${exclude}`;
  return ['', sayReason(texts, suggestion.why), `  ${spelling}`];
}
