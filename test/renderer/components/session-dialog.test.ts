// @vitest-environment happy-dom
import { DOMWrapper, flushPromises } from '@vue/test-utils';
import { expect, it } from 'vitest';
import SessionDialog from '../../../src-renderer/components/account/SessionDialog.vue';
import { mountWindow } from '../mount-window.ts';

const body = () => new DOMWrapper(document.body);
const named = (text: string) =>
  body()
    .findAll('button')
    .filter((one) => one.text() === text);
const report = { ok: true, steps: [] };
const inspection = {
  ...{ host: 'mail.mairie.fr', port: 993, protocol: 'TLSv1.3', cipher: '', chain: [] },
  problem: { kind: 'config', code: 'tls.unknownAuthority', params: {} },
  remedies: { authorityPem: 'PEM', fingerprint: '', serverName: '' },
} as never;

async function openSession() {
  const account = { id: 'a', name: 'Courrier', method: 'password' };
  const { bridge } = mountWindow(
    SessionDialog,
    { account, open: true },
    {
      'accounts.check': () => ({ ok: true, incoming: report, outgoing: report }),
      'tls.inspect': () => inspection,
    },
  );
  await flushPromises();
  const [host] = body().findAll('input[type="text"]');
  await host!.setValue('mail.mairie.fr');
  return {
    asked: (name: string) =>
      bridge.asked.filter((one) => one.name === name).map(({ input }) => input),
    click: async (text: string, index = 0) => {
      await named(text)[index]!.trigger('click');
      await flushPromises();
    },
    check: async () => {
      await body().get('form').trigger('submit');
      await flushPromises();
    },
  };
}

it.each([
  ['incoming', 0, 'implicit', null],
  ['outgoing', 1, 'starttls', 'smtp'],
])('trusts the authority of the %s server and goes on with it', async (side, index, tls, start) => {
  const { asked, click, check } = await openSession();
  await click('Examiner le certificat…', index);
  expect(asked('tls.inspect')).toMatchObject([
    { server: { host: 'mail.mairie.fr', tls }, startTls: start },
  ]);
  await click('Faire confiance à cette autorité');

  await check();

  expect(asked('accounts.check')).toMatchObject([
    { [side]: { server: { trust: { caPem: 'PEM' } } } },
  ]);
});

it('says what is wrong with the outgoing side, and not when that is left out', async () => {
  const { asked, check } = await openSession();
  const label = body()
    .findAll('label')
    .filter((one) => one.text() === "Port d'écoute")[1]!;
  await body()
    .get(`[id="${label.attributes('for')}"]`)
    .setValue('70000');

  await check();
  expect(asked('accounts.check')).toEqual([]);
  expect(body().text()).toContain('65535 au plus');

  await body().get('input[type="checkbox"]').setValue(false);
  await check();
  expect(asked('accounts.check')).toMatchObject([{ outgoing: null }]);
});
