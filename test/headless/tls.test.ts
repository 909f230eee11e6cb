// `lanceur tls`, against a real server.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { TlsInspection } from '#contract/model/tls-inspection';
import { tempDir } from '../helpers/temp-dir.ts';
import { startDovecot } from '../servers/dovecot.ts';
import { describeWith } from '../servers/required.ts';
import { useServer } from '../servers/use-server.ts';
import { runCommand } from './run-command.ts';

describeWith(['dovecot'], 'lanceur tls', () => {
  const dovecot = useServer(() => startDovecot());
  const lanceur = async (...words: string[]) =>
    await runCommand(['tls', ...words], { dataDir: await tempDir() });
  const address = () => `localhost:${dovecot().ports.imaps}`;

  it('shows chain and fingerprint, says what is wrong and what would help', async () => {
    const { code, out } = await lanceur(address());

    expect(code).toBe(3);
    expect(out).toContain('1. CN=good.example.org');
    expect(out).toContain('issued by: CN=Lanceur COLD test authority');
    expect(out).toContain('The certificate of the server comes from an unknown authority');
    expect(out).toContain(`--pin ${dovecot().certificate.fingerprint}`);
  });

  it('tries the remedies: a pin, an authority', async () => {
    const file = join(await tempDir(), 'ca.pem');
    await writeFile(file, dovecot().caPem);

    const pinned = await lanceur(address(), '--pin', dovecot().certificate.fingerprint);
    const trusted = await lanceur(address(), '--ca', file);

    expect(pinned).toMatchObject({ code: 0, err: '' });
    expect(trusted.out).toContain('The certificate is accepted.');
  });

  it('goes through STARTTLS, and writes the certificates for other programs', async () => {
    const clear = `localhost:${dovecot().ports.imap}`;

    const json = await lanceur(clear, '--starttls', 'imap', '--json');
    const pem = await lanceur(clear, '--starttls', 'imap', '--pem');

    expect((JSON.parse(json.out) as TlsInspection).protocol).toBe('TLSv1.3');
    expect(pem.out.replaceAll('\r', '')).toContain(dovecot().certificate.certPem.trim());
  });

  it.each([
    [['nowhere'], 'HOST:PORT'],
    [['a:1', '--starttls', 'ftp'], 'imap, pop3, smtp'],
    [['a:1', '--pin', 'abc'], '64 hexadecimal digits'],
  ])('says what is wrong with its words: %j', async (words, says) => {
    const { code, err } = await lanceur(...words);

    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  it('says that nobody is there', async () => {
    expect(await lanceur('localhost:1')).toMatchObject({ code: 5 });
  });
});
