// A core with one folder launcher, one alarm that writes to somebody, and a server that takes its mails.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallInput } from '#contract/calls';
import { eventually } from '../../helpers/eventually.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { makeRouter, MINUTE } from '../router/make-router.ts';

type Rule = CallInput<'notices.save'>;

export async function alarmed(event: Rule['event'], rule: Partial<Rule> = {}) {
  const core = await makeRouter({ isReal: true });
  const root = join(core.dir, 'in');
  mkdirSync(root);
  const job = await core.job('factures');
  const launcher = await core.call('launchers.save', {
    ...launcherDraft(root, job, { fate: { kind: 'delete' } }),
    description: 'Scanner',
  });
  await core.call('settings.save', { ...(await core.call('settings.get', {})), language: 'fr' });
  const saved = await core.call('notices.save', {
    event,
    mail: { serviceId: core.service.id, to: ['chef@example.org'] },
    ...rule,
  });
  await core.serve();
  const minutes = async (count: number): Promise<void> => {
    for (let minute = 0; minute < count; minute += 1) {
      const sleepers = core.clock.sleepers();
      await core.clock.advance(MINUTE + 3000);
      await asleepAgain(sleepers);
    }
  };
  /** A look reads disks and database, outside the clock's reach: it is over when whoever looks sleeps until the next. */
  const asleepAgain = async (sleepers: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 15));
    const isOver = () => core.clock.sleepers() >= sleepers;
    // Fewer for good where something has ended, a wait for another attempt, say.
    await eventually(isOver, { withinMs: 250, everyMs: 5 }).catch(() => undefined);
  };
  return {
    ...core,
    root,
    launcher,
    rule: saved,
    minutes,
    /** Of the message at that place, its lines joined again; accents encoded. */
    bodyOf: (index: number) => (core.server.accepted[index]?.raw ?? '').replace(/=\r\n/g, ''),
    mails: () => core.server.accepted.map(({ raw }) => subjectOf(raw)),
    incidents: () => core.call('notices.incidents', {}),
  };
}

/** No launcher can read it any more. */
export function breakFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, 'a file where a folder was');
}

/** What `breakFolder` did to it is undone. */
export function mendFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

/** The launcher has failed, and one mail has told it. */
export async function failed() {
  const core = await alarmed({ kind: 'launcherFailed', times: 1 });
  const { root, run, launcher, minutes, mails } = core;
  breakFolder(root);
  await run(launcher);
  await minutes(2);
  await eventually(() => mails().length === 1);
  return core;
}

/** Two launchers whose folders are broken; the first has failed, and one mail has told it. */
export async function failedBesideAnother() {
  const core = await failed();
  const other = join(core.dir, 'other');
  const second = await core.call('launchers.save', {
    ...launcherDraft(other, await core.job('b')),
    description: 'Copieur',
  });
  breakFolder(other);
  return { ...core, second, secondRoot: other };
}

/** Unfolded, its encoded words (RFC 2047) read. */
function subjectOf(raw: string): string {
  const unfolded = raw.replace(/\?=\r\n[ \t]+=\?UTF-8\?Q\?/g, '').replace(/\r\n[ \t]+/g, ' ');
  return decode(/^Subject: (.*)\r$/m.exec(unfolded)?.[1] ?? '');
}

const decode = (subject: string): string =>
  subject.replace(/=\?UTF-8\?Q\?(.*?)\?=/g, (_, text: string) =>
    Buffer.from(
      text
        .replace(/_/g, ' ')
        .replace(/=([0-9A-F]{2})/g, (__, hex: string) =>
          String.fromCharCode(Number.parseInt(hex, 16)),
        ),
      'latin1',
    ).toString(),
  );
