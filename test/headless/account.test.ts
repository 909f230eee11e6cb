// `lanceur account`: signing in from a terminal, with the person in a browser of their own.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Account } from '#contract/model/account';
import type { SignIn } from '#contract/model/sign-in';
import { oauthAccount, USER } from '../core/accounts/make-accounts.ts';
import { eventually } from '../helpers/eventually.ts';
import { startOpenidProvider } from '../servers/openid-provider.ts';
import { useServer } from '../servers/use-server.ts';
import { fakeStreams } from './fake-terminal.ts';
import { runCommand } from './run-command.ts';
import { configuration, sampleSetUp } from './sample-set-up.ts';

const provider = useServer(startOpenidProvider);

async function setUp(given: object = {}) {
  const sample = await sampleSetUp();
  const accounts = [{ id: 'box', ...oauthAccount(provider(), given) }];
  const file = join(sample.dir, 'accounts.json');
  const whole = { ...configuration(sample.source, sample.target), accounts };
  await writeFile(file, JSON.stringify(whole));
  await sample.lanceur('import', file);
  return sample;
}

type Sample = Awaited<ReturnType<typeof setUp>>;

/** Starts the command and hands over the address that it shows. */
async function begin({ dataDir, dir }: Sample, words: string[], signal?: AbortSignal) {
  const streams = fakeStreams();
  const ended = runCommand([...words, '--no-open'], {
    ...{ dataDir, workingDir: dir, streams },
    ...(signal === undefined ? {} : { signal }),
  });
  const url = await eventually(() => /https?:\/\/\S+/.exec(streams.err())?.[0] ?? '');
  return { url, ended, shown: streams.err() };
}

describe('lanceur account sign-in', () => {
  it('waits for the browser, and says who signed in', async () => {
    const sample = await setUp();
    const { url, ended } = await begin(sample, ['account', 'sign-in', 'factures']);

    await provider().person().signIn(url, USER);

    expect(await ended).toMatchObject({
      code: 0,
      out: `Account “Factures”: signed in (${USER}).\n`,
    });
  });

  it('shows a code instead, and tells the end as JSON', async () => {
    const sample = await setUp();
    const words = ['account', 'sign-in', 'box', '--device-code', '--json'];
    const { url, shown, ended } = await begin(sample, words);
    const code = /[A-Z]{4}-[A-Z]{4}/.exec(shown)?.[0] ?? '';

    await provider().person().signIn(url, USER, { code });

    const { code: exit, out } = await ended;
    expect(exit).toBe(0);
    expect(JSON.parse(out) as SignIn).toMatchObject({ state: 'done', user: USER });
  });

  it('notes that somebody else answered', async () => {
    const sample = await setUp();
    const { url, ended } = await begin(sample, ['account', 'sign-in', 'box']);

    await provider().person().signIn(url, 'autre@example.org');

    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(err).toContain('“autre@example.org” signed in');
  });

  it('ends with code 4 when the person does not agree', async () => {
    const sample = await setUp();
    const { url, ended } = await begin(sample, ['account', 'sign-in', 'box']);

    await provider().person().signIn(url, USER, { agrees: false });

    const { code, err } = await ended;
    expect(code).toBe(4);
    expect(err).toContain('The permission was denied.');
  });

  it('is stopped by Ctrl+C', async () => {
    const sample = await setUp();
    const stop = new AbortController();
    const { ended } = await begin(sample, ['account', 'sign-in', 'box'], stop.signal);

    stop.abort();

    expect(await ended).toMatchObject({ code: 130 });
  });

  it('ends with code 3 where the method has no sign-in', async () => {
    const sample = await setUp({ deviceUrl: '' });

    const { code, err } = await sample.lanceur('account', 'sign-in', 'box', '--device-code');

    expect(code).toBe(3);
    expect(err).toContain('Field: oauth.deviceUrl');
  });
});

describe('lanceur import', () => {
  it('misses no secret of an account that signs in with a provider', async () => {
    const sample = await setUp();

    const { code, err } = await sample.lanceur('import', join(sample.dir, 'accounts.json'));

    expect({ code, err }).toEqual({ code: 0, err: '' });
  });
});

describe('lanceur account list', () => {
  it('shows who has to sign in, who has, and until when', async () => {
    const sample = await setUp();
    const before = await sample.lanceur('account', 'list');
    const { url, ended } = await begin(sample, ['account', 'sign-in', 'box']);
    await provider().person().signIn(url, USER);
    await ended;

    const after = await sample.lanceur('account', 'list');

    expect(before.out).toContain('to sign in');
    expect(after.out).toMatch(/signed in +factures@example\.org +\d+\/\d+\/\d+, .*\d+\/\d+\/\d+, /);
  });

  it('forgets it all after sign-out', async () => {
    const sample = await setUp();
    const { url, ended } = await begin(sample, ['account', 'sign-in', 'box']);
    await provider().person().signIn(url, USER);
    await ended;

    const { code } = await sample.lanceur('account', 'sign-out', 'box');

    const { out } = await sample.lanceur('account', 'list', '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as Account[])[0]?.signedIn).toBeNull();
  });
});

describe('lanceur account secret', () => {
  it('keeps what else is known of the account', async () => {
    const sample = await setUp();
    const before = (await sample.lanceur('account', 'list', '--json')).out;
    const environment = { CLIENT_SECRET: 'new' };
    const { dataDir } = sample;

    const saved = await runCommand(['account', 'secret', 'box', '--env', 'CLIENT_SECRET'], {
      ...{ dataDir, environment },
    });

    const after = (await sample.lanceur('account', 'list', '--json')).out;
    expect(saved.code).toBe(0);
    const oauthOf = (text: string) => (JSON.parse(text) as Account[])[0]?.oauth;
    expect(oauthOf(after)).toEqual(oauthOf(before));
    expect((JSON.parse(after) as Account[])[0]?.hasSecret).toBe(true);
  });
});
