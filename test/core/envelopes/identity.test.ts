import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Envelope } from '#contract/model/envelope';
import { identityOf } from '#core/envelopes/identity';
import { makeArActe, makeCtesArchive } from '../../envelopes/make-actes.ts';
import { makePivot } from '../../envelopes/make-chorus.ts';
import { depositDefaults, type DepositOptions } from '../../envelopes/deposit-options.ts';
import { makeUbl } from '../../envelopes/make-invoices.ts';
import { makeDeposit } from '../../envelopes/make-deposit.ts';
import { makePes } from '../../envelopes/make-pes.ts';
import { type Files, readDeposit, readFile } from '../../envelopes/units.ts';
import { useTempDir } from '../../helpers/temp-dir.ts';

const dir = useTempDir();

async function ofFile(bytes: Buffer, name = 'a') {
  const envelope = await readFile(dir(), name, bytes);
  // The bytes of an archive's files are not at hand here: their names and sizes stand for them.
  const digest = (file: Envelope['files'][number]): string =>
    envelope.files.length === 1 ? sha(bytes) : sha(`${file.name} ${file.sizeBytes}`);
  return identityOf(envelope, new Map(envelope.files.map((file) => [file.name, digest(file)])));
}

async function ofDeposit(
  options: Partial<DepositOptions>,
  change: (files: Files) => Files = (f) => f,
) {
  const made = makeDeposit({ ...depositDefaults, ...options });
  const files = change(Object.fromEntries(made.files.map(({ name, bytes }) => [name, bytes])));
  const envelope = await readDeposit(dir(), files);
  const digests = Object.entries(files).map(([name, bytes]) => [name, sha(bytes)] as const);
  return identityOf(envelope, new Map(digests));
}

const sha = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

it.each(['acte_nature', 'helios', 'chorus_fact'] as const)(
  'knows a %s that is deposited again, under other file names too',
  async (kind) => {
    const first = await ofDeposit({ kind });
    expect(await ofDeposit({ kind, fileNames: 'pastell', metadata: 'xml' })).toEqual(first);
  },
);

it('tells a known act with other content from one that is the same', async () => {
  const first = await ofDeposit({});
  const changed = await ofDeposit({}, (files) => ({ ...files, 'Annexe 1.pdf': 'new' }));
  expect(changed.key).toBe(first.key);
  expect(changed.content).not.toBe(first.content);
});

it('tells an act from its receipt, though both carry one id', async () => {
  const act = await ofFile(makeCtesArchive());
  const receipt = await ofFile(makeArActe());
  expect(act.key).toBe('acte_nature|acte|034-491011698-20260314-2026_014-DE');
  expect(receipt.key).toBe('acte_nature|ar_acte|034-491011698-20260314-2026_014-DE');
});

it('does not take two acts without SIREN for one because number and day are the same', async () => {
  const one = await ofDeposit({ returns: false });
  const other = await ofDeposit({ returns: false }, (files) => ({
    ...files,
    'Délibération 1-2 : été.pdf': 'another act',
  }));
  expect(other.key).not.toBe(one.key);
});

it('tells two PES of one name apart by their bytes', async () => {
  const one = await ofFile(makePes());
  const other = await ofFile(makePes({ date: '2026-03-15' }));
  expect(other.key).not.toBe(one.key);
  expect((await ofFile(makePes(), 'another name')).key).toBe(one.key);
});

it('keeps an invoice under the id Chorus gave it', async () => {
  expect((await ofDeposit({ kind: 'chorus_fact' })).key).toBe('chorus_fact|1221');
});

it('has one key for a pivot of several invoices', async () => {
  const invoices = [{ number: 'A' }, { number: 'B' }];
  const one = await ofFile(makePivot({ invoices }));
  expect(one.key).toMatch(/^chorus_fact\|[0-9a-f]{64}$/u);
  expect((await ofFile(makePivot({ invoices }))).key).toBe(one.key);
});

it('does not let a number with a bar in it be another supplier', async () => {
  const one = await ofFile(makeUbl({ number: 'A|B' }));
  expect(one.key).toContain('|A%7CB|');
});
