// Killed at every step of a run over envelopes, between any two files of one too, in both layouts and under every fate.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'vitest';
import { depositDefaults } from '../envelopes/deposit-options.ts';
import { makeDeposit, writeDeposit } from '../envelopes/make-deposit.ts';
import { makePes } from '../envelopes/make-pes.ts';
import { makeZip } from '../envelopes/make-zip.ts';
import { type Scenario, survives } from './scenario.ts';
import { treeOf } from './tree-of.ts';

/** A folder with its end marker, loose files of one deposit, and an archive with an attachment inside one of its files. */
const envelopes =
  (fate: object, extra: object = {}): Scenario['world'] =>
  async (dir) => {
    const root = join(dir, 'in');
    mkdirSync(root);
    const few = { ...depositDefaults, files: 'main only', returns: false } as const;
    await writeDeposit(root, makeDeposit({ ...few, marker: 'standard' }), 'acte');
    await writeDeposit(root, makeDeposit({ ...few, kind: 'chorus_fact', container: 'root' }));
    const pes = makePes({ attachments: [{ bytes: Buffer.from('%PDF-1') }] });
    writeFileSync(join(root, 'flux.zip'), makeZip([{ name: 'pes.xml', bytes: pes }]));
    return {
      source: {
        protocol: 'adullact',
        path: root,
        fate,
        extract: { pes: true },
        ...extra,
      },
      look: () => Promise.resolve(treeOf(root)),
    };
  };

/** An archive alone, of two files: each step is a life. */
const archive =
  (layout: 'folder' | 'flat'): Scenario['world'] =>
  async (dir) => {
    const root = join(dir, 'in');
    mkdirSync(root);
    const pes = makePes({ attachments: [{ bytes: Buffer.from('%PDF-1') }] });
    writeFileSync(join(root, 'flux.zip'), makeZip([{ name: 'pes.xml', bytes: pes }]));
    await Promise.resolve();
    return {
      source: {
        protocol: 'adullact',
        path: root,
        fate: { kind: 'delete' },
        extract: { pes: true },
        layout,
      },
      look: () => Promise.resolve(treeOf(root)),
    };
  };

/** Folders that nobody proves complete are taken at once: nobody waits here. */
const soon = { envelope: { unprovenQuietSeconds: 0 } };
const job = { sidecar: 'json' };

const scenarios: Scenario[] = [
  ...(['archive', 'delete', 'leave'] as const).flatMap((kind) =>
    (['folder', 'flat'] as const).map((layout): Scenario => {
      const world = envelopes({ kind }, { layout, ...soon });
      return { title: `${kind}, ${layout}`, world, job };
    }),
  ),
  ...(['folder', 'flat'] as const).map((layout): Scenario => {
    const world = envelopes({ kind: 'delete' }, { layout, ...soon });
    return { title: `delete, ${layout}, hungry job`, world, hungry: true };
  }),
  {
    title: 'delete, folder, name replaced',
    world: archive('folder'),
    job: { ...job, collision: 'replace' },
    already: { 'flux/old.pdf': 'of an older one' },
  },
  {
    title: 'delete, flat, taken back',
    world: archive('flat'),
    job,
    stranger: { step: 'ledger.delivering', path: 'flux-1_02_piece0.pdf' },
  },
];

describe('an Adullact launcher killed at any step', () => {
  // Each file of each envelope is a step.
  survives(scenarios, 900_000);
});
