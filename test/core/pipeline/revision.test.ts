import { describe, expect, it } from 'vitest';
import { Launcher, type LauncherDraft } from '#contract/model/launcher';
import { revisionOf } from '#core/pipeline/revision';

const revision = (given: Partial<LauncherDraft> = {}): string =>
  revisionOf(
    Launcher.parse({
      description: 'x',
      source: { protocol: 'folder', path: '/in' },
      affiliations: [{ jobId: 'j', extensions: ['pdf'] }],
      ...given,
      id: 'l',
      paused: false,
      createdAt: '',
      changedAt: '',
    }),
  );

const imap = (given: object = {}, server: object = {}): LauncherDraft['source'] => ({
  protocol: 'imap',
  accountId: 'a',
  server: { host: 'mail.example', ...server },
  ...given,
});

describe('revisionOf', () => {
  it.each<[string, Partial<LauncherDraft>]>([
    ['the filter', { filter: { include: '*.pdf' } }],
    ['the exclusions', { filter: { exclude: '*.tmp' } }],
    ['an extension', { affiliations: [{ jobId: 'j', extensions: ['tif'] }] }],
    ['the job', { affiliations: [{ jobId: 'k', extensions: ['pdf'] }] }],
    ['the size limit', { limits: { maxItemBytes: 1 } }],
    ['the folder', { source: { protocol: 'folder', path: '/other' } }],
    ['looking below it', { source: { protocol: 'folder', path: '/in', recursive: true } }],
  ])('changes with %s, for old verdicts may be wrong then', (_, given) => {
    expect(revision(given)).not.toBe(revision());
  });

  it.each<[string, Partial<LauncherDraft>]>([
    ['the description', { description: 'y' }],
    ['the schedule', { schedule: [] }],
    ['the fate', { source: { protocol: 'folder', path: '/in', fate: { kind: 'leave' } } }],
    ['the number of attempts', { limits: { maxAttempts: 9 } }],
  ])('stays with %s: a whole mailbox is not judged anew for that', (_, given) => {
    expect(revision(given)).toBe(revision());
  });

  it('changes with the mailbox and with what is taken from a mail', () => {
    const before = revision({ source: imap() });

    expect(revision({ source: imap() })).toBe(before);
    expect(revision({ source: imap({ folder: 'Factures' }) })).not.toBe(before);
    expect(revision({ source: imap({ take: { what: 'message' } }) })).not.toBe(before);
    expect(revision({ source: imap({}, { host: 'other.example' }) })).not.toBe(before);
  });
});
