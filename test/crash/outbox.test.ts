// Killed at every step of sending: no message is lost, and none goes twice that the server had accepted. Where the kill
// falls between the end of the message and the server's answer nobody can know: the message is held and shown as in doubt.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePdf } from '../helpers/make-pdf.ts';
import { tempDir } from '../helpers/temp-dir.ts';
import { startGraph } from '../servers/graph/graph.ts';
import { type FaultySmtp, startFaultySmtp } from '../servers/faulty-smtp.ts';
import type { OutboxOrder, Sent } from './outbox-child.ts';
import { outlive } from './run-child.ts';

type End = { readonly passed: readonly string[]; readonly outbox: readonly Sent[] } | 'died';

async function live(order: OutboxOrder): Promise<End> {
  const said = await outlive('outbox-child', order);
  return said === null ? 'died' : (JSON.parse(said) as Exclude<End, 'died'>);
}

type Scene = { readonly order: Omit<OutboxOrder, 'dieAt'>; readonly subjects: readonly string[] };

type Scenery = {
  readonly scene: (dir: string) => Promise<Scene>;
  /** Subjects of what the server has accepted in this play, each as often as it was. */
  readonly accepted: () => readonly string[];
  readonly forget: () => void;
  readonly afterDeath?: (dir: string) => void;
  /** What else must be true at the end of each play. */
  readonly alsoAtTheEnd?: (dir: string, where: string) => void;
};

async function killEverywhere({
  scene,
  accepted,
  forget,
  afterDeath = () => undefined,
  alsoAtTheEnd = () => undefined,
}: Scenery): Promise<void> {
  const play = async (dieAt: number) => {
    forget();
    const dir = await tempDir();
    const { order, subjects } = await scene(dir);
    const first = await live({ ...order, dieAt });
    if (first === 'died') afterDeath(dir);
    const second = await live({ ...order, dieAt: 0 });
    if (second === 'died') throw new Error('nobody asked it to die');
    return { passed: first === 'died' ? [] : first.passed, outbox: second.outbox, subjects, dir };
  };
  const times = (subject: string): number => accepted().filter((one) => one === subject).length;

  const unbroken = await play(0);
  expect(unbroken.subjects.map(times)).toEqual(unbroken.subjects.map(() => 1));
  expect(unbroken.passed).toContain('outbox.committing');
  for (let dieAt = 1; dieAt <= unbroken.passed.length; dieAt += 1) {
    const step = unbroken.passed[dieAt - 1] ?? '';
    const { outbox, subjects, dir } = await play(dieAt);
    alsoAtTheEnd(dir, `killed at ${dieAt} (${step})`);
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

/** The scene is played on an SMTP server that accepts everything. */
async function killSmtpEverywhere(
  scene: (dir: string, server: FaultySmtp) => Promise<Scene>,
): Promise<void> {
  const server = await startFaultySmtp({ disabledCommands: ['STARTTLS', 'AUTH'] });
  onTestFinished(server.stop);
  await killEverywhere({
    scene: (dir) => scene(dir, server),
    accepted: () =>
      server.accepted.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? ''),
    forget: () => {
      server.accepted.length = 0;
    },
  });
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
    await killSmtpEverywhere(async (dir, { port }) => {
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
    await killSmtpEverywhere((dir, { port }) => {
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

  it('sends by Office 365 once, and leaves neither drafts nor spooled files behind', async () => {
    const graph = await startGraph();
    onTestFinished(() => graph.stop());
    let serial = 0;
    let address = '';
    let spoolsLeft = 0;
    const spooled = (dir: string) => {
      const spool = join(dir, 'data', 'spool');
      return existsSync(spool) ? readdirSync(spool) : [];
    };
    await killEverywhere({
      scene: async (dir) => {
        serial += 1;
        address = `mairie${serial}@mairie.example`;
        graph.mailbox(address);
        graph.accept(`token-${serial}`, { user: address });
        // Too large for memory: its attachment lies in the spool while it goes up in ranges.
        const attachment = join(dir, 'plan.pdf');
        writeFileSync(attachment, Buffer.alloc(13 * 1024 * 1024, 7));
        const draft = (subject: string, attachments: object[]) => ({
          ...{ subject, attachments },
          ...{ to: ['clerk@example.org'], text: 'Bonjour' },
        });
        return Promise.resolve({
          subjects: ['large', 'small'],
          order: {
            dataDir: join(dir, 'data'),
            graphUrl: graph.url,
            secrets: { acc: `token-${serial}` },
            messages: [
              { once: 'large', draft: draft('large', [{ path: attachment }]) },
              { once: 'small', draft: draft('small', []) },
            ],
            configuration: {
              format: 'lanceur-cold/1',
              accounts: [{ id: 'acc', name: 'acc', user: address, method: 'token' }],
              connectors: [
                { id: 'o365', name: 'o365', config: { type: 'office365', accountId: 'acc' } },
              ],
              defaultConnector: 'o365',
            },
          },
        });
      },
      accepted: () => graph.sending.sent.map(({ subject }) => subject),
      forget: () => {
        graph.sending.sent.length = 0;
      },
      alsoAtTheEnd: (dir, where) => {
        expect(graph.mailbox(address).subjects('drafts'), where).toEqual([]);
        expect(spooled(dir), where).toEqual([]);
      },
      afterDeath: (dir) => {
        spoolsLeft += spooled(dir).length;
      },
    });
    // Otherwise nothing was swept here.
    expect(spoolsLeft).toBeGreaterThan(0);
  });
});
