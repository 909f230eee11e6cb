// `node test/envelopes/fuzz.ts RUNS [SEED]`: mutated envelopes of every kind and container through the whole of
// recognition and extraction. Prints one line of JSON: failures, the slowest run, peak memory, strays in the target.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvelopeSettings } from '#contract/model/envelope';
import { extractAttachments } from '#core/envelopes/attachments/extract-attachments';
import { fileBytes } from '#core/envelopes/bytes/byte-source';
import { inspectUnit } from '#core/envelopes/recognise';
import { lookAtUnit } from '#core/envelopes/unit/look-at-unit';
import { openUnit } from '#core/envelopes/unit/open-unit';
import { planUnits } from '#core/envelopes/unit/plan-units';
import { AppError } from '#core/errors';
import { fuzzSeeds } from './fuzz-seeds.ts';
import { mutate, randomFrom } from './mutate.ts';

export type FuzzResult = {
  runs: number;
  recognised: number;
  refused: number;
  /** Errors that are none of ours: each is a bug. */
  crashes: { run: number; seed: string; message: string }[];
  slowestMs: number;
  slowest: string;
  peakMiB: number;
  /** Things found where nothing may be written. */
  strays: string[];
};

const settings = EnvelopeSettings.parse({ bareInvoices: 'own' });
const { signal } = new AbortController();

async function takeApart(folder: string, spoolDir: string): Promise<boolean> {
  const plans = await planUnits(folder, { settings, folders: 'always', signal });
  let isRecognised = false;
  for (const plan of plans) {
    await lookAtUnit(plan, settings, signal);
    const unit = await openUnit(plan, { spoolDir, limits: settings.limits, signal });
    const { verdict } = await inspectUnit(unit, settings, signal);
    if (verdict.is === 'refused') continue;
    isRecognised = true;
    const attachments = verdict.envelope.documents.flatMap((document) => document.attachments);
    for (const carrier of new Set(attachments.map((one) => one.carrier))) {
      const file = unit.files.find(({ name }) => name === carrier)!;
      const wanted = attachments.filter((one) => one.carrier === carrier);
      const nowhere = { write: () => undefined, end: () => undefined, discard: () => undefined };
      const options = { sinkFor: () => nowhere, limits: settings.limits, spoolDir, signal };
      await extractAttachments(fileBytes(file), wanted, options);
    }
  }
  return isRecognised;
}

export async function fuzz(runs: number, seed: number): Promise<FuzzResult> {
  const seeds = fuzzSeeds();
  const place = mkdtempSync(join(tmpdir(), 'lanceur-fuzz-'));
  const result: FuzzResult = {
    runs,
    recognised: 0,
    refused: 0,
    crashes: [],
    slowestMs: 0,
    slowest: '',
    peakMiB: 0,
    strays: [],
  };
  try {
    for (let run = 0; run < runs; run++) await once(run, { seeds, place, seed, result });
    result.strays = readdirSync(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  result.peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  return result;
}

type Round = {
  readonly seeds: ReturnType<typeof fuzzSeeds>;
  readonly place: string;
  readonly seed: number;
  readonly result: FuzzResult;
};

async function once(run: number, { seeds, place, seed, result }: Round): Promise<void> {
  const random = randomFrom(seed + run);
  const chosen = seeds[run % seeds.length]!;
  const folder = join(place, 'in');
  const spoolDir = join(place, 'spool');
  for (const { name, bytes } of mutate(chosen.files, seeds, random)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, bytes);
  }
  mkdirSync(spoolDir);
  const start = performance.now();
  try {
    if (await takeApart(folder, spoolDir)) result.recognised++;
    else result.refused++;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'refused') result.refused++;
    else {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      result.crashes.push({ run, seed: chosen.name, message });
    }
  }
  const ms = Math.round(performance.now() - start);
  if (ms > result.slowestMs)
    Object.assign(result, { slowestMs: ms, slowest: `${chosen.name} ${run}` });
  rmSync(folder, { recursive: true });
  rmSync(spoolDir, { recursive: true });
}

if (import.meta.main) {
  const [runs = '1000', seed = '1'] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(await fuzz(Number(runs), Number(seed)))}\n`);
}
