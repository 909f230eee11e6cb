import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../helpers/temp-dir.ts';
import { type FaultySmtp, startFaultySmtp } from '../servers/faulty-smtp.ts';
import { runCommand } from './run-command.ts';

async function office() {
  const server = await startFaultySmtp({ disabledCommands: ['STARTTLS', 'AUTH'] });
  onTestFinished(server.stop);
  const dir = await tempDir();
  const lanceur = (...words: string[]) =>
    runCommand(words, { dataDir: join(dir, 'data'), workingDir: dir });
  const smtp = {
    id: 'smtp',
    name: 'Serveur',
    config: {
      type: 'smtp',
      sender: 'mairie@sender.test',
      server: { host: '127.0.0.1', port: server.port, tls: 'none' },
    },
  };
  const configuration = {
    format: 'lanceur-cold/1',
    connectors: [smtp],
    services: [{ id: 'mail', name: 'Envoi de mail', connectorId: 'smtp' }],
    defaultConnector: 'smtp',
  };
  await writeFile(join(dir, 'c.json'), JSON.stringify(configuration));
  const imported = await lanceur('import', 'c.json');
  if (imported.code !== 0) throw new Error(imported.err);
  return { dir, server, lanceur };
}

const subjects = ({ accepted }: FaultySmtp): string[] =>
  accepted.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw)?.[1] ?? '').sort();

describe('lanceur send', () => {
  it('sends a message with attachments through the named instance', async () => {
    const { dir, server, lanceur } = await office();
    await writeFile(join(dir, 'piece.txt'), 'contents');
    await writeFile(join(dir, 'texte.txt'), Buffer.from('Ann\xe9e', 'latin1'));

    const words = ['--to', 'a@example.org', '--to', 'b@example.org', '--bcc', 'c@example.org'];
    const sent = await lanceur(
      'send',
      ...['--service', 'ENVOI DE MAIL', ...words, '--subject', 'Objet'],
      ...['--text-file', 'texte.txt', '--attach', 'piece.txt'],
    );

    expect(sent).toMatchObject({ code: 0, err: '' });
    expect(sent.out).toContain('Message 1 (sent): “Objet”');
    expect(server.accepted[0]?.recipients).toEqual([
      'a@example.org',
      'b@example.org',
      'c@example.org',
    ]);
    expect(server.accepted[0]?.raw).toContain('Ann=C3=A9e');
    expect(server.accepted[0]?.raw).not.toContain('c@example.org');
  });

  it.each([
    [300, 0],
    [301, 3],
  ])('takes a key of %i characters: ends with %i', async (length, code) => {
    const { server, lanceur } = await office();
    const once = 'k'.repeat(length);

    const sent = await lanceur('send', '--to', 'a@example.org', '--subject', 'x', '--once', once);

    expect(sent.code).toBe(code);
    expect(server.accepted).toHaveLength(code === 0 ? 1 : 0);
  });

  it('ends with a code that says why it could not send', async () => {
    const { server, lanceur } = await office();
    server.faults = { greeting: { code: 421, text: 'closed' } };
    const away = await lanceur('send', '--to', 'a@example.org', '--subject', 'x');
    server.faults = { data: { code: 554, text: '5.7.1 spam' } };
    const refused = await lanceur('send', '--to', 'a@example.org', '--subject', 'y');
    const invalid = await lanceur('send', '--to', 'nobody', '--subject', 'z');

    expect([away.code, refused.code, invalid.code]).toEqual([5, 1, 3]);
    expect((await lanceur('outbox')).out).toMatch(/2 +failed[^]*1 +to be tried again/);
    server.faults = {};
    expect((await lanceur('outbox', 'retry', '2')).code).toBe(0);
    expect(subjects(server)).toContain('y');
  });

  it('does not call sent anew what had gone before it was told to send what waits', async () => {
    const { lanceur } = await office();
    await lanceur('send', '--to', 'a@example.org', '--subject', 'x');

    const flushed = await lanceur('outbox', 'flush');

    expect(flushed).toMatchObject({
      code: 0,
      out: 'Outbox – sent in all: 1; waiting: 0; to look at: 0\n',
    });
  });

  it('sends nothing in a dry run', async () => {
    const { server, lanceur } = await office();

    const dry = await lanceur('send', '--to', 'a@example.org', '--subject', 'x', '--dry-run');

    expect(dry.out).toContain('“x” to a@example.org');
    expect(server.accepted).toEqual([]);
  });

  it('checks a connector by steps and sends its test message', async () => {
    const { server, lanceur } = await office();

    const check = await lanceur('connector', 'check', 'serveur');
    const test = await lanceur('connector', 'test', 'Serveur', '--to', 'me@example.org');

    expect(check.code).toBe(0);
    expect(check.out).toContain('Mail server');
    expect(test).toMatchObject({ code: 0 });
    expect(subjects(server)).toEqual(['Test message from Lanceur COLD']);
    expect((await lanceur('service', 'list')).out).toContain('Serveur (named by the instance)');
  });
});

describe('lanceur route', () => {
  const table = [
    'Service;Destinataires;Objet;Texte;Pièces jointes',
    'Envoi de mail;a@example.org, b@example.org;Facture 1;Bonjour;un.pdf|deux.pdf',
    ';c@example.org;"Facture ""2""; suite";Année;',
    ';pas une adresse;Facture 3;;',
  ].join('\r\n');

  async function routed(bytes: Buffer | string = table) {
    const stage = await office();
    await writeFile(join(stage.dir, 'un.pdf'), 'un');
    await writeFile(join(stage.dir, 'deux.pdf'), 'deux');
    await writeFile(join(stage.dir, 'envois.csv'), bytes);
    const result = () => readFile(join(stage.dir, 'envois.result.csv'), 'utf8');
    return { ...stage, result };
  }

  it('sends one message per row, and writes beside the table what became of each', async () => {
    const { lanceur, server, result } = await routed();

    const done = await lanceur('route', 'envois.csv');

    expect(done.code).toBe(1);
    expect(subjects(server)).toEqual(['=?UTF-8?Q?Facture_=222=22=3B_suite?=', 'Facture 1']);
    const lines = (await result()).replace('\uFEFF', '').trim().split('\r\n');
    expect(lines[0]).toBe(
      'Service;Destinataires;Objet;Texte;Pièces jointes;result;outbox;at;problem',
    );
    expect(lines[1]).toMatch(/^Envoi de mail;.*;sent;1;2\d{3}-/);
    expect(lines[3]).toMatch(/;invalid;;.*“pas une adresse”/);
  });

  it('does not send again what went, whatever rows were added or moved since', async () => {
    const { lanceur, server, dir } = await routed();
    await lanceur('route', 'envois.csv');
    const [head = '', first = '', second = ''] = table.split('\r\n');
    await writeFile(
      join(dir, 'envois.csv'),
      [head, ';d@example.org;Nouveau;x;', second, first].join('\n'),
    );

    const again = await lanceur('route', 'envois.csv');

    expect(again.code).toBe(0);
    expect(again.out).toContain('1 message handed to the outbox.');
    expect(again.out).toContain('2 messages were in the outbox already: not sent again.');
    expect(subjects(server)).toEqual([
      '=?UTF-8?Q?Facture_=222=22=3B_suite?=',
      'Facture 1',
      'Nouveau',
    ]);
    await lanceur('route', 'envois.csv', '--batch', 'février');
    expect(server.accepted).toHaveLength(6);
  });

  it('reads what Excel saves in France', async () => {
    const { lanceur, server } = await routed(
      Buffer.from(
        'à;objet\ra@example.org;D\xe9c\xe8s'.replace('\r', '\r\n').replace('à', '\xe0'),
        'latin1',
      ),
    );

    expect(await lanceur('route', 'envois.csv')).toMatchObject({ code: 0 });
    expect(server.accepted[0]?.raw).toContain('=?UTF-8?Q?D=C3=A9c=C3=A8s?=');
  });

  it('says in a dry run what would be sent, and leaves no trace', async () => {
    const { lanceur, server, result } = await routed();

    const dry = await lanceur('route', 'envois.csv', '--dry-run');

    expect(dry.out).toContain(
      '1: “Facture 1” to a@example.org, b@example.org; attachments: un.pdf, deux.pdf',
    );
    expect(server.accepted).toEqual([]);
    await expect(result()).rejects.toThrow('ENOENT');
  });

  it('says in a dry run what would not be sent, for nothing was tried', async () => {
    const { lanceur } = await routed('to;objet\na@example.org;un\nnobody;deux');

    const dry = await lanceur('route', 'envois.csv', '--dry-run');

    expect(dry.code).toBe(1);
    expect(dry.out).toContain('1 message would be sent.');
    expect(dry.err).toContain('1 row would not be sent: correct it first.');
    expect(dry.err).not.toContain('could not');
  });

  it('says that nothing is new on a second run, and nothing of messages handed over', async () => {
    const { lanceur, server } = await routed('to;objet\na@example.org;un');
    await lanceur('route', 'envois.csv');

    const again = await lanceur('route', 'envois.csv');

    expect(again.code).toBe(0);
    expect(again.out).toContain('1 message was in the outbox already: not sent again.');
    expect(again.out).not.toContain('handed');
    expect(server.accepted).toHaveLength(1);
  });

  it('says which rows have the identifier of another, for those would never go', async () => {
    const { lanceur, server, result } = await routed(
      'to;objet;numéro\na@example.org;un;7\nb@example.org;deux;7\nc@example.org;trois;8',
    );

    const done = await lanceur('route', 'envois.csv');

    expect(done.code).toBe(1);
    expect(subjects(server)).toEqual(['trois', 'un']);
    expect(await result()).toMatch(/deux;7;invalid;;.*“7” as row 1/);
  });

  it('says that a file is no table, and quotes nothing of it', async () => {
    const binary = Buffer.from([
      0x50, 0x4b, 3, 4, 0, 0x22, 0x3b, 0xff, 0x0a, 1, 2, 0x22, 0x22, 0xe9,
    ]);
    const { lanceur } = await routed(binary);

    const refused = await lanceur('route', 'envois.csv');

    expect(refused.code).toBe(2);
    expect(refused.err).toMatch(/envois\.csv is not a text file\. Save the table as CSV\.\n$/);
  });

  it('names the line of a quotation mark that is wrong', async () => {
    const { lanceur } = await routed('to;objet\na@example.org;"un\nb@example.org;deux');

    const refused = await lanceur('route', 'envois.csv');

    expect(refused.code).toBe(2);
    expect(refused.err).toContain('line');
    expect(refused.err).not.toContain('b@example.org');
  });

  it('sends all the same where the result cannot be written, and says so', async () => {
    const { lanceur, server, dir } = await routed('to;objet\na@example.org;un');
    await mkdir(join(dir, 'envois.result.csv'));

    const done = await lanceur('route', 'envois.csv');

    expect(done.code).toBe(1);
    expect(done.err).toContain('cannot be written');
    expect(server.accepted).toHaveLength(1);
  });

  it('refuses a table whose columns it does not know', async () => {
    const { lanceur, server } = await routed('to;couleur\na@example.org;bleu');

    const refused = await lanceur('route', 'envois.csv');

    expect(refused.code).toBe(2);
    expect(refused.err).toContain('“couleur”');
    expect(server.accepted).toEqual([]);
  });
});
