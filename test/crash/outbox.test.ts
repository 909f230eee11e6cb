// Killed at every step of sending: no message is lost, and none goes twice that the server had accepted. Where the kill
// falls between the end of the message and the server's answer nobody can know: the message is held and shown as in doubt.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePdf } from '../helpers/make-pdf.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { type FaultySmtp, startFaultySmtp } from '../servers/faulty-smtp.ts';
import type { OutboxOrder, Sent } from './outbox-child.ts';
import { outlive } from './run-child.ts';

type End = { readonly passed: readonly string[]; readonly outbox: readonly Sent[] } | 'died';

async function live(order: OutboxOrder): Promise<End> {
  const said = await outlive('outbox-child', order);
  return said === null ? 'died' : (JSON.parse(said) as Exclude<End, 'died'>);
}

type Scene = { readonly order: Omit<OutboxOrder, 'dieAt'>; readonly subjects: readonly string[] };

async function killEverywhere(
  scene: (dir: string, server: FaultySmtp) => Promise<Scene>,
): Promise<void> {
  const server = await startFaultySmtp({ disabledCommands: ['STARTTLS', 'AUTH'] });
  onTestFinished(server.stop);
  const play = async (dieAt: number) => {
    server.accepted.length = 0;
    const { order, subjects } = await scene(await tempDir(), server);
    const first = await live({ ...order, dieAt });
    const second = await live({ ...order, dieAt: 0 });
    if (second === 'died') throw new Error('nobody asked it to die');
    return { passed: first === 'died' ? [] : first.passed, outbox: second.outbox, subjects };
  };
  const times = (subject: string): number =>
    server.accepted.filter(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)).length;

  const unbroken = await play(0);
  expect(unbroken.subjects.map(times)).toEqual(unbroken.subjects.map(() => 1));
  expect(unbroken.passed).toContain('outbox.committing');
  for (let dieAt = 1; dieAt <= unbroken.passed.length; dieAt += 1) {
    const step = unbroken.passed[dieAt - 1] ?? '';
    const { outbox, subjects } = await play(dieAt);
    for (const subject of subjects) {
      const rows = outbox.filter((one) => one.subject === subject);
      const where = `killed at ${dieAt} (${step}): ${subject} ${JSON.stringify(rows)}`;
      expect(rows, where).toHaveLength(1);
      expect(times(subject), where).toBeLessThanOrEqual(1);
      if (rows[0]?.state === 'sent') expect(times(subject), where).toBe(1);
      else {
        expect(rows[0], where).toMatchObject({ state: 'unknown', doubts: 1 });
        expect(['outbox.committing', 'outbox.answered'], where).toContain(step);
      }
    }
  }
}

const connector = (port: number) => ({
  id: 'smtp',
  name: 'smtp',
  config: {
    type: 'smtp',
    sender: 'mairie@sender.test',
    server: { host: '127.0.0.1', port, tls: 'none' },
    maxConnections: 1,
  },
});

describe('the outbox killed at any step', { timeout: 600_000 }, () => {
  it.each([
    ['a small attachment', 20_000],
    ['one that lies in a file of its own', 400_000],
  ])('loses no message and sends none twice: %s', async (_, sizeBytes) => {
    await killEverywhere(async (dir, { port }) => {
      const attachment = join(dir, 'piece.pdf');
      writeFileSync(attachment, makePdf(sizeBytes, 1));
      const draft = (subject: string) => ({
        subject,
        to: ['clerk@example.org'],
        text: 'Bonjour',
        attachments: [{ path: attachment }],
      });
      const subjects = ['first', 'second'];
      return Promise.resolve({
        subjects,
        order: {
          dataDir: join(dir, 'data'),
          messages: subjects.map((subject) => ({ once: subject, draft: draft(subject) })),
          configuration: {
            format: 'lanceur-cold/1',
            connectors: [connector(port)],
            defaultConnector: 'smtp',
          },
        },
      });
    });
  });

  it('forwards each delivered document once', async () => {
    await killEverywhere((dir, { port }) => {
      const [root, target] = [join(dir, 'in'), join(dir, 'cold')];
      for (const path of [root, target]) mkdirSync(path);
      writeFileSync(join(root, 'a.pdf'), makePdf(2000, 1));
      writeFileSync(join(root, 'b.pdf'), makePdf(70_000, 2));
      const job = {
        id: 'job',
        name: 'job',
        destination: { kind: 'folder', path: target },
        forward: { serviceId: 'service', to: ['clerk@example.org'], subject: '{name}' },
      };
      const launcher = {
        id: 'launcher',
        description: 'forwarding',
        source: { protocol: 'folder', path: root, fate: { kind: 'delete' } },
        affiliations: [{ jobId: 'job', extensions: [] }],
      };
      return Promise.resolve({
        subjects: ['a.pdf', 'b.pdf'],
        order: {
          dataDir: join(dir, 'data'),
          launcherId: 'launcher',
          messages: [],
          configuration: {
            format: 'lanceur-cold/1',
            connectors: [connector(port)],
            services: [{ id: 'service', name: 'Envoi de mail', connectorId: 'smtp' }],
            jobs: [job],
            launchers: [launcher],
          },
        },
      });
    });
  });
});
