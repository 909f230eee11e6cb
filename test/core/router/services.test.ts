// Services, connectors, who uses them, and what their errors say.
import { describe, expect, it } from 'vitest';
import { makeRouter } from './make-router.ts';

describe('services and connectors', () => {
  it('cannot vanish while something uses them, and the error names it', async () => {
    const { call, connector, service } = await makeRouter();

    await expect(call('connectors.delete', { id: connector.id })).rejects.toMatchObject({
      code: 'connector.inUse',
      params: { users: 'Courrier' },
    });
    await call('services.delete', { id: service.id });
    await expect(call('connectors.delete', { id: connector.id })).rejects.toMatchObject({
      code: 'connector.isDefault',
    });
    await call('services.setDefaultConnector', { type: 'mail', connectorId: null });
    await call('connectors.delete', { id: connector.id });
    expect(await call('connectors.list', {})).toEqual([]);
  });

  it('are named by the alarms that use them, in words where these have no name', async () => {
    const { call, service } = await makeRouter();
    const settings = await call('settings.get', {});
    await call('settings.save', { ...settings, language: 'fr' });
    const mail = { serviceId: service.id, to: ['a@b.fr'] };
    await call('notices.save', { event: { kind: 'launcherFailed' }, mail });
    await call('notices.save', { name: 'Nuit', event: { kind: 'silence' }, mail });

    await expect(call('services.delete', { id: service.id })).rejects.toMatchObject({
      code: 'service.inUse',
      params: { users: 'Lanceur en échec, Nuit' },
    });
  });

  it('keep an instance that messages wait for', async () => {
    const { call, service, send } = await makeRouter();
    await send();

    await expect(call('services.delete', { id: service.id })).rejects.toMatchObject({
      code: 'service.hasMessages',
    });
  });

  it('name instance, connector and choice in the error of a test message', async () => {
    const { call, service, server } = await makeRouter();
    server.faults = { mailFrom: { code: 550, text: '5.7.1 no' } };

    await expect(
      call('services.test', { id: service.id, to: 'me@example.org' }),
    ).rejects.toMatchObject({
      code: 'smtp.senderRefused',
      params: {
        service: 'Courrier',
        connector: 'Serveur de la mairie',
        connectorChoice: 'override',
      },
    });
  });

  it('say that there is no connector to send by', async () => {
    const { call, send, connector } = await makeRouter();
    const bare = await call('services.save', { name: 'Sans connecteur' });
    expect(await send({ serviceId: bare.id, wait: true })).toMatchObject({
      connectorId: connector.id,
    });
    await call('services.setDefaultConnector', { type: 'mail', connectorId: null });

    await expect(send({ serviceId: bare.id })).rejects.toMatchObject({
      code: 'service.noConnector',
      params: { service: 'Sans connecteur' },
    });
  });

  it('send a test message at once and check by steps, the choice of the connector first', async () => {
    const { call, service, server } = await makeRouter();

    const test = await call('services.test', { id: service.id, to: 'me@example.org' });
    const check = await call('services.check', { id: service.id });

    expect(test).toMatchObject({ accepted: ['me@example.org'], choice: 'override' });
    expect(server.accepted).toHaveLength(1);
    expect(check.ok).toBe(true);
    expect(check.steps[0]).toMatchObject({
      step: 'namedConnector',
      params: { connector: 'Serveur de la mairie' },
    });
  });

  it('go out and come in with the configuration', async () => {
    const { call } = await makeRouter();
    await call('notices.save', {
      event: { kind: 'quarantine' },
      mail: { to: ['chef@example.org'] },
    });
    const configuration = await call('configuration.export', {});
    const fresh = await makeRouter();

    const report = await fresh.call('configuration.import', { configuration });

    expect(report.added).toBe(3);
    expect(JSON.stringify(await fresh.call('configuration.export', {}))).toContain(
      'chef@example.org',
    );
    expect(
      (await fresh.call('configuration.import', { configuration, dryRun: true })).unchanged,
    ).toBe(3);
  });
});
