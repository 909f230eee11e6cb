// `lanceur account` with Microsoft, on the stand-in for Entra: what a person at a terminal reads when it refuses.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { testCertificates } from '../servers/certificates.ts';
import { eventually } from '../helpers/eventually.ts';
import { startEntra, type Entra, type EntraAnswer } from '../servers/graph/entra.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { fakeStreams } from './fake-terminal.ts';
import { runCommand } from './run-command.ts';
import { configuration, sampleSetUp } from './sample-set-up.ts';

const entra = useServer(startEntra);
const [REAL, STAND_IN] = ['login.microsoftonline.com', 'login.entra.test'];

/** Whoever fetches from Microsoft in this process reaches the stand-in. */
function divert(to: Entra): void {
  const { fetch } = globalThis;
  onTestFinished(() => void (globalThis.fetch = fetch));
  globalThis.fetch = async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.includes(REAL)) return await fetch(input, init);
    const answer = await to.fetch(url.replace(REAL, STAND_IN), init);
    const text = (await answer.text()).replaceAll(STAND_IN, REAL);
    const { status, headers } = answer;
    return new Response(text, { status, headers });
  };
}

async function setUp(...answers: EntraAnswer[]) {
  divert(entra());
  entra().answers.splice(0, Infinity, ...answers);
  const sample = await sampleSetUp();
  const oauth = { clientId: '1111-2222', tenant: 'mairie.example' };
  const common = { user: entra().user, oauth };
  const accounts = [
    { id: 'box', name: 'Boîte des factures', method: 'microsoft', ...common },
    { id: 'app', name: 'Serveur', method: 'microsoftApp', ...common },
  ];
  const file = join(sample.dir, 'accounts.json');
  const whole = { ...configuration(sample.source, sample.target), accounts };
  await writeFile(file, JSON.stringify(whole));
  await sample.lanceur('import', file);
  return sample;
}

const FORBIDDEN: EntraAnswer = {
  ...{ kind: 'error', error: 'invalid_grant', number: 53003, text: 'Blocked.' },
};

describe('a sign-in by code that the organisation forbids', () => {
  it('names the command of the other way where nobody can be asked', async () => {
    const { lanceur } = await setUp(FORBIDDEN);

    const { code, err } = await lanceur('account', 'sign-in', 'box', '--device-code', '--no-open');

    expect(code).toBe(4);
    expect(err).toContain('Your organisation forbids signing in by code');
    expect(err).toContain('lanceur account sign-in "Boîte des factures"');
  });

  it('goes on in the browser where somebody says yes, and is cancelled there', async () => {
    const { dataDir, dir } = await setUp(FORBIDDEN);
    const streams = fakeStreams({ isTerminal: true });
    const stop = new AbortController();
    const ended = runCommand(['account', 'sign-in', 'box', '--device-code', '--no-open'], {
      ...{ dataDir, workingDir: dir, streams, signal: stop.signal },
    });
    await eventually(() => streams.err().includes('Open the browser of this machine instead?'));

    streams.stdin.write('y\n');
    await eventually(() => streams.err().includes('/oauth2/v2.0/authorize?'));
    stop.abort();

    expect((await ended).code).toBe(130);
    expect(streams.err()).toContain('Sign-in cancelled: the account stays as it was.');
  });
});

describe('a sign-in that an administrator must allow', () => {
  it('comes with a text to send, line by line', async () => {
    const { lanceur } = await setUp({ kind: 'error', error: 'invalid_grant', number: 65001 });

    const { err } = await lanceur('account', 'sign-in', 'box', '--device-code', '--no-open');

    const lines = err.split('\n');
    expect(lines).toContain('Hello,');
    expect(lines).toContain(
      'https://login.microsoftonline.com/mairie.example/adminconsent?client_id=1111-2222',
    );
  });
});

it('tells until when a code is good', async () => {
  const { lanceur } = await setUp({ kind: 'tokens' });

  const { code, err } = await lanceur('account', 'sign-in', 'box', '--device-code', '--no-open');

  expect(code).toBe(0);
  expect(err).toMatch(/type this code: ABCD-EFGH \(good until \d\d\/\d\d\/\d{4}, \d\d:\d\d:\d\d\)/);
});

describeWith(['openssl'], 'an application', () => {
  const enter = async (secret: string) => {
    const { dataDir, dir } = await setUp({ kind: 'tokens' });
    const environment = { PEM: secret };
    return await runCommand(['account', 'secret', 'app', '--env', 'PEM'], {
      ...{ dataDir, workingDir: dir, environment },
    });
  };

  it('is told that its certificate cannot be used when it is entered', async () => {
    const { good } = await testCertificates();

    expect(await enter('no pem')).toMatchObject({ code: 3 });
    const { code, err } = await enter(good.keyPem + good.certPem);

    expect(code).toBe(3);
    expect(err).toContain('ec key, not RSA');
  });

  it('is stored with a key and a certificate that belong together', async () => {
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=lanceur'];
    const pem = execFileSync('openssl', [...args, '-keyout', '-', '-out', '-'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });

    expect(await enter(pem)).toMatchObject({ code: 0 });
  });

  it('is nobody to sign in for', async () => {
    const { lanceur } = await setUp({ kind: 'tokens' });

    const { code, err } = await lanceur('account', 'sign-in', 'Serveur');

    expect(code).toBe(3);
    expect(err).toContain('nobody signs in for it');
  });
});
