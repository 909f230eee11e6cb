// `lanceur status`: the state of everything in one look.
import type { LauncherStatus, Status } from '#contract/model/status';
import { sayReason } from '#contract/texts/say-reason';
import type { Texts } from '#contract/texts/texts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { tableLines } from '../terminal/table.ts';
import { printJson } from './print-json.ts';
import { sayRun } from './say-run.ts';

export const status: Command = async ({ session, json, terminal, texts, surroundings }) => {
  const open = await session();
  const state = await open.call('status.get', {});
  if (json) {
    printJson(terminal, state);
    return exitCodes.ok;
  }
  for (const line of statusLines(state, texts)) terminal.result(line);
  terminal.note(texts.say('cli.status.folder', { path: surroundings.dataDir }));
  // Without `serve` no schedule fires: somebody who reads "idle" should know.
  if (!open.isRemote) terminal.note(texts.say('cli.status.notServing'));
  return exitCodes.ok;
};

function statusLines(state: Status, texts: Texts): string[] {
  const { version, condition, startedAt, launchers } = state;
  const first = texts.say('cli.status.line', {
    version,
    condition: texts.say(`condition.${condition}`),
    startedAt,
  });
  if (launchers.length === 0) return [first, texts.say('cli.status.noLaunchers')];
  const head = ['launcher', 'condition', 'next', 'open'].map((one) =>
    texts.say(`cli.status.head.${one}`),
  );
  const rows = launchers.map((one) => row(one, texts));
  const details = launchers.flatMap((one) => detail(one, texts));
  return [
    first,
    '',
    ...tableLines(rows, { head }),
    ...(details.length > 0 ? [''] : []),
    ...details,
  ];
}

function row(launcher: LauncherStatus, texts: Texts): string[] {
  const open = Object.entries(launcher.open)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${texts.say(`itemState.${state}`)} ${count}`);
  return [
    launcher.description,
    texts.say(`condition.${launcher.condition}`),
    launcher.nextRunAt === null ? '—' : texts.formats.instant(launcher.nextRunAt),
    open.join(', '),
  ];
}

function detail({ description, pauseReason, lastRun }: LauncherStatus, texts: Texts): string[] {
  const error = pauseReason ?? lastRun?.error ?? null;
  return [
    ...(lastRun === null ? [] : [sayRun(texts, description, lastRun)]),
    ...(error === null ? [] : [`  ${sayReason(texts, error)}`]),
  ];
}
