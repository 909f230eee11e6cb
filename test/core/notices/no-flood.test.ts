// What comes in between two mails, and what a restart must not say.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { launcherDraft } from '../../helpers/make-config.ts';
import { alarmed } from './alarmed.ts';

const breakFolder = (path: string): void => {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, 'a file where a folder was');
};

describe('an incident that begins soon after a mail', () => {
  it('is told once, in the next one', async () => {
    const { call, dir, root, run, launcher, minutes, mails, job, server, ports } = await alarmed({
      kind: 'launcherFailed',
      times: 1,
    });
    const other = join(dir, 'other');
    const second = await call('launchers.save', {
      ...launcherDraft(other, await job('b')),
      description: 'Copieur',
    });
    breakFolder(root);
    breakFolder(other);
    await run(launcher);
    await minutes(2);
    await eventually(() => mails().length === 1);
    await run(second);

    await minutes(14);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe('[Lanceur COLD] Copieur : le lanceur échoue');
    const [, body] = server.accepted[1]?.raw.split('\r\n\r\n') ?? [];
    expect(body?.match(/Copieur/g)).toHaveLength(1);
    expect(ports.notices).toHaveLength(2);
  });
});

describe('an incident that lasts over a restart', () => {
  it('is neither told again nor called over', async () => {
    const { root, run, launcher, minutes, mails, restart, serve, incidents } = await alarmed({
      kind: 'launcherFailed',
      times: 3,
    });
    breakFolder(root);
    for (let times = 0; times < 4; times += 1) await run(launcher);
    await minutes(2);
    await eventually(() => mails().length === 1);
    await restart();
    await serve();

    await run(launcher);
    await minutes(30);

    expect(mails()).toHaveLength(1);
    expect(await incidents()).toMatchObject([{ closedAt: null }]);
    rmSync(root);
    mkdirSync(root);
    await run(launcher);
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
  });
});
