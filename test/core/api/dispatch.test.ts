import { describe, expect, it } from 'vitest';
import type { CallName } from '#contract/calls';
import { calls } from '#contract/calls';
import { sayReason } from '#contract/texts/say-reason';
import { createTexts } from '#contract/texts/texts';
import { createDispatch } from '#core/api/dispatch';
import type { Handlers } from '#core/api/handlers';
import type { ConfigError } from '#core/errors';
import { locale } from '../../contract/locale-scan.ts';

function setUp() {
  const seen: { input: unknown; signal: AbortSignal }[] = [];
  const handler = (input: unknown, signal: AbortSignal) => {
    seen.push({ input, signal });
    return 'answer';
  };
  const names = Object.keys(calls) as CallName[];
  const handlers = Object.fromEntries(names.map((name) => [name, handler]));
  return { call: createDispatch(handlers as unknown as Handlers), seen };
}

describe('dispatch', () => {
  it('gives the handler its input parsed, with defaults filled in, and the signal', async () => {
    const { call, seen } = setUp();
    const { signal } = new AbortController();

    expect(await call('items.list', { state: 'gone' }, { signal })).toBe('answer');

    expect(seen).toEqual([{ input: { state: 'gone', limit: 100 }, signal }]);
  });

  it('takes no input for an empty one', async () => {
    const { call, seen } = setUp();

    await call('status.get', undefined);

    expect(seen[0]?.input).toEqual({});
  });

  it.each(['nonsense', 'toString', '__proto__', 'constructor'])(
    'knows no call %j',
    async (name) => {
      const { call } = setUp();

      await expect(call(name, {})).rejects.toMatchObject({ code: 'call.unknown' });
    },
  );

  it.each([
    ['items.list', { limit: 0 }, 'limit'],
    ['items.list', { limit: '5' }, 'limit'],
    ['items.get', {}, 'id'],
    ['jobs.save', { name: 'x', destination: { kind: 'folder', path: '' } }, 'destination.path'],
    [
      'configuration.import',
      { configuration: { format: 'lanceur-cold/1', launchers: [{ id: 'a', surprise: 1 }] } },
      'configuration.launchers.0.description',
    ],
    [
      'configuration.import',
      { configuration: { format: 'lanceur-cold/1', lanceurs: [] } },
      'configuration.lanceurs',
    ],
  ])('refuses a bad input of %s and names the field', async (name, input, field) => {
    const { call, seen } = setUp();

    await expect(call(name, input)).rejects.toMatchObject({
      ...{ kind: 'config', code: 'call.badInput', field },
      params: { path: field },
    });
    expect(seen).toEqual([]);
  });

  it.each([
    ['items.list', { limit: 0 }, { fault: 'numberMin', limit: 1 }],
    ['items.list', { limit: 9999 }, { fault: 'numberMax', limit: 5000 }],
    ['items.list', { limit: '5' }, { fault: 'wrongType', expected: 'number' }],
    ['items.list', { state: 'lost' }, { fault: 'notOneOf' }],
    ['items.list', { text: 'x'.repeat(201) }, { fault: 'textMax', limit: 200 }],
    ['jobs.save', { name: 'x', destination: { kind: 'folder', path: '' } }, { fault: 'empty' }],
    ['launchers.pauseAll', { paused: true, until: 'soon' }, { fault: 'badForm' }],
    ['launchers.save', { description: 'x', source: { protocol: 'ftp' } }, { fault: 'notOneOf' }],
    ['items.retryMany', { ids: [] }, { fault: 'listMin', limit: 1 }],
  ])('says of %s what is wrong with the value, for both languages', async (name, input, params) => {
    const { call } = setUp();
    const fault = `reasons.inputFault.${params.fault}`;

    const thrown: unknown = await call(name, input).catch((error: unknown) => error);

    expect(thrown).toMatchObject({ params: { ...params, fault } });
    const { code, params: told } = thrown as ConfigError;
    for (const language of ['fr', 'en'] as const) {
      const texts = createTexts({ language, messages: locale(language) });
      expect(sayReason(texts, { code, params: told })).not.toMatch(/[{}]|undefined|reasons\./);
    }
  });
});
