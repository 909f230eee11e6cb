// What comes in between two mails, and what a restart must not say.
import { describe, expect, it } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { alarmed, breakFolder, failedBesideAnother, mendFolder } from './alarmed.ts';

describe('an incident that begins soon after a mail', () => {
  it('is told once, in the next one', async () => {
    const { run, second, minutes, mails, server, ports } = await failedBesideAnother();
    await run(second);

    await minutes(14);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe('[Lanceur COLD] Copieur : le lanceur échoue');
    const [, body] = server.accepted[1]?.raw.split('\r\n\r\n') ?? [];
    expect(body?.match(/Copieur/g)).toHaveLength(1);
    expect(body).toContain('Depuis le ');
    expect(ports.notices).toHaveLength(2);
  });

  it('and is over before it can be told says so', async () => {
    const { run, second, secondRoot, minutes, mails, bodyOf } = await failedBesideAnother();
    await run(second);
    await minutes(3);
    mendFolder(secondRoot);
    await run(second);

    await minutes(11);

    await eventually(() => mails().length === 2);
    expect(mails()[1]).toBe('[Lanceur COLD] Copieur : le lanceur échoue');
    expect(bodyOf(1)).toMatch(/Du \S+ \S+ au \S+ \S+, et plus depuis/);
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
    mendFolder(root);
    await run(launcher);
    await minutes(13);
    await eventually(() => mails().length === 2);
    expect(mails()[1]).toContain('Rétabli');
  });
});
