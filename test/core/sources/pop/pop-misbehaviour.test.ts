// Servers that refuse, lack something, or break the rules: each told for what it is.
import { describe, expect, it, onTestFinished } from 'vitest';
import { startScriptedPop3, type ScriptedPop3Options } from '../../../servers/scripted-pop3.ts';
import { makeMail } from '../../../helpers/make-mail.ts';
import { fetchItems, listItems, never } from '../imap/imap-harness.ts';
import { popSource, type PopHarness } from './pop-harness.ts';
import { outcomeOf } from '../../../helpers/outcome-of.ts';
import { settleOrders } from '../settle-orders.ts';

const MAIL = makeMail({ subject: 'Un', attachments: [{ name: 'a.txt', content: 'un' }] });
const OTHER = makeMail({ subject: 'Deux', attachments: [{ name: 'b.txt', content: 'deux' }] });
const messages = [
  { raw: MAIL, uidl: 'one' },
  { raw: OTHER, uidl: 'two' },
];
const timeouts = { connectSeconds: 2, answerSeconds: 2 };

async function behind(options: ScriptedPop3Options, more: Partial<PopHarness> = {}) {
  const server = await startScriptedPop3({ messages, ...options });
  onTestFinished(() => server.stop());
  return { server, source: popSource({ port: server.port, timeouts, ...more }) };
}

describe('a refused sign-in', () => {
  it.each([
    ['-ERR [AUTH] invalid', 'auth pop.passwordRefused'],
    ['-ERR authentication failed', 'auth pop.passwordRefused'],
    ['-ERR [IN-USE] locked', 'transient pop.inUse'],
    ['-ERR unable to lock maildrop', 'transient pop.inUse'],
    ['-ERR maildrop already locked by another session', 'transient pop.inUse'],
    ['-ERR [SYS/TEMP] try later', 'transient pop.unavailable'],
    ['-ERR temporary failure, please try again later', 'transient pop.unavailable'],
    ['-ERR [SYS/PERM] not enabled for POP access', 'auth pop.accountRefused'],
    ['-ERR account is locked', 'auth pop.accountLocked'],
    ['-ERR [LOGIN-DELAY] too soon', 'transient pop.loginDelay'],
    ['-ERR TLS required', 'config pop.loginDisabled'],
  ])('%s is %s', async (answer, expected) => {
    const { source } = await behind({ on: { PASS: answer } });
    expect(await outcomeOf(listItems(source))).toBe(expected);
  });

  it('waits as long as the server announces between two sign-ins', async () => {
    const capabilities = ['USER', 'UIDL', 'LOGIN-DELAY 900'];
    const { source } = await behind({ capabilities, on: { PASS: '-ERR [LOGIN-DELAY] wait' } });
    await expect(listItems(source)).rejects.toMatchObject({ retryAfterSeconds: 900 });
  });

  it('keeps the password back where the name is refused and passwords were not announced', async () => {
    const capabilities = ['UIDL', 'PIPELINING'];
    const { source, server } = await behind({ capabilities, on: { USER: '-ERR TLS required' } });
    expect(await outcomeOf(listItems(source))).toBe('config pop.loginDisabled');
    expect(server.received.filter((line) => line.startsWith('PASS'))).toEqual([]);
  });

  it('sends no second line for a name with a line end', async () => {
    const { source, server } = await behind({}, { user: 'a\r\nDELE 1' });
    expect(await outcomeOf(listItems(source))).toBe('auth pop.unsendable');
    expect(server.received.filter((line) => line.startsWith('DELE'))).toEqual([]);
  });
});

describe('a server that takes several commands at once', () => {
  const capabilities = ['USER', 'UIDL', 'TOP', 'PIPELINING'];
  const answerTwo = (line: (text: string) => void) => {
    line('+OK');
    line('+OK');
  };

  it('is sent name and password together', async () => {
    const on = {
      USER: () => undefined,
      PASS: ({ line }: { readonly line: (text: string) => void }) => {
        answerTwo(line);
      },
    };
    const { source } = await behind({ capabilities, on });
    expect(await listItems(source)).toHaveLength(2);
  });

  it('is asked for sizes with the identities, where nothing was dealt with yet', async () => {
    const { source, server } = await behind({ capabilities });
    await listItems(source);
    expect(server.received.slice(-2)).toEqual(['UIDL', 'LIST']);
  });
});

describe('a mail above the limit of size', () => {
  it('has its subject and its sender, where the server gives the header alone', async () => {
    const { source, server } = await behind({}, { maxItemBytes: OTHER.length - 1 });
    const items = await listItems(source);
    const large = items.filter(({ sizeBytes }) => sizeBytes >= OTHER.length);
    expect(large.map(({ title }) => title)).toContain('Deux');
    expect(large[0]?.facts['from']).toContain('@');
    expect(server.received.filter((line) => line.startsWith('RETR'))).toEqual([]);
  });

  it('is listed without them where it does not', async () => {
    const { source } = await behind({ on: { TOP: '-ERR no' } }, { maxItemBytes: 1 });
    expect((await listItems(source)).map(({ title }) => title)).toEqual(['', '']);
  });
});

describe('APOP', () => {
  const timestamp = '<1896.697170952@dbc.mtview.ca.us>';
  const greeting = `+OK POP3 server ready ${timestamp}`;

  it('sends the digest and never the password', async () => {
    const on = { APOP: '+OK' };
    const { source, server } = await behind(
      { greeting, on },
      { user: 'mrose', secret: 'tanstaaf' },
    );
    await listItems(source);
    // The digest of RFC 1939 §7.
    expect(server.received).toContain('APOP mrose c4c9334bac560ecc979e58001b3e22fb');
    expect(server.received.join(' ')).not.toContain('tanstaaf');
  });

  it.each([
    ['no timestamp', '+OK ready'],
    ['bytes beyond ASCII', '+OK <a\u00e9@b>'],
    ['no msg-id', '+OK <challenge>'],
    ['two signs', '+OK <a@b@c>'],
  ])('is refused with %s when nothing else will do', async (_name, banner) => {
    const { source, server } = await behind({ greeting: banner }, { signIn: 'apop' });
    expect(await outcomeOf(listItems(source))).toBe('config pop.noApop');
    expect(server.received.some((line) => line.startsWith('PASS'))).toBe(false);
  });

  it('that is asked for is never replaced by the password in clear', async () => {
    const on = { APOP: '-ERR no' };
    const { source, server } = await behind({ greeting, on }, { signIn: 'apop' });
    expect(await outcomeOf(listItems(source))).toBe('auth pop.passwordRefused');
    expect(server.received.some((line) => line.startsWith('PASS'))).toBe(false);
  });
});

describe('a server', () => {
  it('is left before the password where it offers no STLS', async () => {
    const { source, server } = await behind({ on: { STLS: '-ERR unknown' } }, { tls: 'starttls' });
    expect(await outcomeOf(listItems(source))).toBe('config starttls.notOffered');
    expect(server.received.filter((line) => /^(?:USER|PASS|APOP|AUTH)/.test(line))).toEqual([]);
  });

  it.each(['+OK go\r\n+OK injected\r\n', '+OK go\r\n+OK inj'])(
    'that says more than OK to STLS is left at once',
    async (text) => {
      const on = { STLS: ({ send }: { send: (data: string) => void }) => send(text) };
      const { source } = await behind({ on }, { tls: 'starttls' });
      expect(await outcomeOf(listItems(source))).toBe('config starttls.injected');
    },
  );

  it.each([
    ['-ERR [SYS/TEMP] too busy', 'transient pop.unavailable'],
    ['-ERR go away', 'transient pop.unavailable'],
    ['HTTP/1.1 400 Bad Request', 'transient pop.protocol'],
  ])('that greets with %s is %s', async (greeting, expected) => {
    const { source } = await behind({ greeting });
    expect(await outcomeOf(listItems(source))).toBe(expected);
  });

  it('that says nothing is told with its port', async () => {
    const { source } = await behind({ greeting: () => undefined });
    expect(await outcomeOf(listItems(source))).toBe('transient pop.noGreeting');
  });

  it('without CAPA and pipelining is asked one thing at a time', async () => {
    const { source, server } = await behind({ capabilities: [] });
    const { contents } = await fetchItems(source, await listItems(source));
    expect([...contents.keys()]).toEqual(['/a.txt', '/b.txt']);
    expect(server.received.filter((line) => line.startsWith('RETR'))).toEqual(['RETR 1', 'RETR 2']);
  });

  it.each([
    ['TOP', {}],
    ['neither TOP', { TOP: '-ERR unknown' }],
  ])('without UIDL, with %s, gives identities by header and size', async (_name, on) => {
    const options = { on: { UIDL: '-ERR unknown', ...on } };
    const first = await listItems((await behind(options)).source);
    const reversed = { ...options, messages: [...messages].reverse() };
    const second = await listItems((await behind(reversed)).source);
    expect(new Set(first.map(({ key }) => key)).size).toBe(2);
    expect(second.map(({ key }) => key)).toEqual(first.map(({ key }) => key).reverse());
    const steps = await (await behind(options)).source.check(never);
    expect(steps.find(({ step }) => step === 'openMailbox')?.warning).toBe('pop.noUidl');
  });

  it('that gives two mails one identity loses neither', async () => {
    const twins = messages.map(({ raw }) => ({ raw, uidl: 'same' }));
    const { source } = await behind({ messages: twins });
    const { contents } = await fetchItems(source, await listItems(source));
    expect([...contents.keys()]).toEqual(['/a.txt', '/b.txt']);
  });

  it('that refuses one mail gives the others', async () => {
    const on = {
      RETR: (scene: { args: string; line: (text: string) => void; byDefault: () => void }) => {
        if (scene.args === '1') scene.line('-ERR [SYS/TEMP] not now');
        else scene.byDefault();
      },
    };
    const { source } = await behind({ on });
    const { contents, failures } = await fetchItems(source, await listItems(source));
    expect([...contents.keys()]).toEqual(['/b.txt']);
    expect([...failures.values()].map(({ code }) => code)).toEqual(['pop.unavailable']);
  });

  it('that cannot remove at QUIT is believed', async () => {
    const on = { QUIT: '-ERR some deleted messages not removed' };
    const { source } = await behind({ on }, { fate: { kind: 'delete', afterDays: 0 } });
    const orders = settleOrders(await listItems(source));
    const outcomes = await source.settle(orders, never);
    expect(outcomes).toMatchObject([
      { ok: false, error: { code: 'pop.notDeleted' } },
      { ok: false, error: { code: 'pop.notDeleted' } },
    ]);
  });

  it('is asked for all recent mail in Gmail’s way', async () => {
    const { source, server } = await behind({}, { recent: true, user: 'me@gmail.com' });
    await listItems(source);
    expect(server.received).toContain('USER recent:me@gmail.com');
  });

  it('that offers pipelining gets its commands in one go', async () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      raw: makeMail({
        subject: String(index),
        attachments: [{ name: `${index}.txt`, content: 'x' }],
      }),
      uidl: `u${index}`,
    }));
    const { source } = await behind({ messages: many, capabilities: ['PIPELINING', 'UIDL'] });
    const { contents } = await fetchItems(source, await listItems(source));
    expect(contents.size).toBe(50);
  });
});
