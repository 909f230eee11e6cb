// The alarm of messages that wait: one incident for the connector that is away, from the first to the last of them.
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../helpers/eventually.ts';
import { startFaultySmtp } from '../../servers/faulty-smtp.ts';
import { smtpConfig } from '../router/make-router.ts';
import { alarmed } from './alarmed.ts';

/** `count` messages by a connector of their own that is away; the alarm goes by another. */
async function waiting(count: number) {
  const core = await alarmed({ kind: 'outbox', waitingMinutes: 30 });
  const away = await startFaultySmtp({ disabledCommands: ['STARTTLS', 'AUTH'] });
  onTestFinished(away.stop);
  away.faults = { greeting: { code: 421, text: 'closed' } };
  const config = smtpConfig(away, { maxConnections: 1 });
  const relay = await core.call('connectors.save', { name: 'Relais', config });
  const service = await core.call('services.save', { name: 'Factures', connectorId: relay.id });
  for (let index = 0; index < count; index += 1) {
    const draft = { serviceId: service.id, to: ['a@b.fr'], subject: `n° ${index}` };
    await core.call('outbox.send', draft);
  }
  await core.minutes(34);
  await eventually(() => core.mails().length === 1);
  const states = async (): Promise<string[]> =>
    (await core.call('outbox.list', { limit: 100 }))
      .filter(({ asker }) => asker.kind !== 'alarm')
      .map(({ state }) => state);
  return { ...core, away, states };
}

describe('messages that wait', () => {
  it('are one incident of their connector, whether or not each has come to its turn', async () => {
    const { mails, incidents } = await waiting(4);

    expect(mails()).toEqual(['[Lanceur COLD] Relais : des messages attendent']);
    expect(await incidents()).toMatchObject([{ subject: 'Relais', params: { count: 4 } }]);
  });

  it('are not called recovered while one of them is being tried', async () => {
    const { away, minutes, mails, states, incidents } = await waiting(1);
    away.faults = { slowMs: 3_600_000 };
    await minutes(20);
    await eventually(async () => (await states()).join() === 'sending');

    await minutes(20);

    expect(await states()).toEqual(['sending']);
    expect(mails()).toHaveLength(1);
    expect(await incidents()).toMatchObject([{ closedAt: null }]);
  });
});
