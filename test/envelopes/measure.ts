// `node test/envelopes/measure.ts`: speed and memory on large envelopes, the bare XML parser beside us in the same run.
// Prints a table; nothing is asserted. It calls itself with `--alone` to learn the memory of one part.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { SaxesParser } from 'saxes';
import { EnvelopeSettings } from '#contract/model/envelope';
import { extractAttachments } from '#core/envelopes/attachments/extract-attachments';
import { fileBytes, type FileOnDisk } from '#core/envelopes/bytes/byte-source';
import { readEnvelope } from '#core/envelopes/recognise';
import { statSync } from 'node:fs';
import { seededBytes } from '../helpers/seeded-bytes.ts';
import { chorusDefaults, makePivot } from './make-chorus.ts';
import { makePes } from './make-pes.ts';
import { runLauncher } from './measure-launcher.ts';
import { makeZip } from './make-zip.ts';

const { signal } = new AbortController();
const settings = EnvelopeSettings.parse({ limits: { maxPesBytes: 200_000_000 } });

const onDisk = (path: string): FileOnDisk => ({
  name: 'file.xml',
  path,
  sizeBytes: statSync(path).size,
});

/** 12 attachments of 7.2 MB that do not compress, and some thousand vouchers: 120 MB. */
async function makeLargePes(path: string, mebibytes: number): Promise<void> {
  const size = Math.round((mebibytes * 1_000_000 * 0.73) / 12);
  const attachments = Array.from({ length: 12 }, (_, i) => ({ bytes: seededBytes(size, i) }));
  const vouchers = Array.from({ length: 3000 }, (_, i) => ({
    year: '2026',
    id: String(i),
    amount: '12.50',
  }));
  const out = createWriteStream(path);
  out.end(makePes({ attachments, vouchers }));
  await finished(out);
}

async function bareParse(path: string): Promise<void> {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const decoder = new TextDecoder('windows-1252');
  for (const event of ['opentag', 'closetag', 'text'] as const) parser.on(event, () => undefined);
  const bytes: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 262_144 });
  for await (const chunk of bytes) parser.write(decoder.decode(chunk, { stream: true }));
  parser.close();
}

/** Recognised, described, and every attachment written to disk. */
async function takeApart(path: string, folder: string): Promise<number> {
  const file = onDisk(path);
  const unit = { shape: 'file', name: file.name, files: [file] } as const;
  const envelope = await readEnvelope(unit, settings, signal);
  const wanted = envelope.documents.flatMap((document) => document.attachments);
  const results = await extractAttachments(fileBytes(file), wanted, {
    sinkFor: (attachment) => {
      const stream = createWriteStream(join(folder, `out-${attachment.index}`));
      stream.on('error', () => undefined);
      return {
        write: (chunk) =>
          stream.write(chunk)
            ? undefined
            : new Promise<void>((resolve) => stream.once('drain', resolve)),
        end: () => void stream.end(),
        discard: () => void stream.destroy(),
      };
    },
    limits: settings.limits,
    spoolDir: folder,
    signal,
  });
  return results.filter(({ failure }) => failure === null).length;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function peakMiB(part: string, path: string, folder: string): number {
  const run = spawnSync(process.execPath, [import.meta.filename, '--alone', part, path, folder]);
  return Number(run.stdout.toString().trim());
}

async function alone(part: string, path: string, folder: string): Promise<void> {
  if (part === 'bare') await bareParse(path);
  else if (part === 'launcher') await runLauncher(dirname(path));
  else await takeApart(path, folder);
  process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
}

type Pair = { readonly bare: number; readonly ours: number; readonly ratio: number };

/** The middle one of three pairs, each measured in turn. */
async function middlePair(path: string, folder: string): Promise<Pair> {
  const pairs: Pair[] = [];
  for (let i = 0; i < 3; i++) {
    const bare = await timed(() => bareParse(path));
    const ours = await timed(() => takeApart(path, folder));
    pairs.push({ bare, ours, ratio: ours / bare });
  }
  return pairs.sort((a, b) => a.ratio - b.ratio)[1]!;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function compareOne(what: string, path: string, folder: string): Promise<void> {
  const { bare, ours, ratio } = await middlePair(path, folder);
  say(`${what}, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  say(
    `  bare parser ${bare.toFixed(2)} s, ours ${ours.toFixed(2)} s: ${ratio.toFixed(2)} x (goal 2.5)`,
  );
  const [ofBare, ofOurs] = [peakMiB('bare', path, folder), peakMiB('pes', path, folder)];
  say(`  peak memory bare ${ofBare} MiB, ours ${ofOurs} MiB (goal 250)`);
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lanceur-measure-'));
  try {
    const path = join(folder, 'large.xml');
    await makeLargePes(path, 120);
    await compareOne('PES, 12 attachments taken out', path, folder);
    await compareLauncher(path);
    const vouchers = Array.from({ length: 195_000 }, (_, i) => ({
      year: '2026',
      id: String(i),
      amount: '12.50',
    }));
    writeFileSync(path, makePes({ vouchers }));
    await compareOne('PES of 195,000 vouchers, no attachments', path, folder);
    const rate = await pivotsPerSecond(folder);
    say(`Pivots of 200 KB, 1,000, attachments taken out: ${rate.toFixed(0)} a second (goal 50)`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same file through the whole program: recognised, taken apart, delivered, archived. */
async function compareLauncher(path: string): Promise<void> {
  const inbox = mkdtempSync(join(dirname(path), 'in-'));
  const inside = join(inbox, 'large.xml');
  copyFileSync(path, inside);
  const bare = await timed(() => bareParse(path));
  const { seconds, documents } = await runLauncher(inbox);
  say(
    `  whole launcher ${seconds.toFixed(2)} s for ${documents} documents: ${(seconds / bare).toFixed(2)} x (goal 2.5)`,
  );
  rmSync(join(inbox, '_archive'), { recursive: true });
  copyFileSync(path, inside);
  say(`  peak memory of the whole launcher ${peakMiB('launcher', inside, inbox)} MiB (goal 250)`);
  rmSync(inbox, { recursive: true });
}

async function pivotsPerSecond(folder: string): Promise<number> {
  const pivot = (number: number): Buffer => {
    const name = `FAC${number}.pdf`;
    const bytes = makeZip([{ name, bytes: seededBytes(147_000, number), packing: 'stored' }]);
    const attachments = [{ name, type: '01', content: bytes }] as const;
    return makePivot({ invoices: [{ ...chorusDefaults, number: String(number), attachments }] });
  };
  const paths = Array.from({ length: 1000 }, (_, i) => join(folder, `pivot-${i}.xml`));
  for (const [i, path] of paths.entries()) writeFileSync(path, pivot(i));
  const seconds = await timed(async () => {
    for (const path of paths) await takeApart(path, folder);
  });
  const inbox = mkdtempSync(join(folder, 'in-'));
  for (const path of paths) renameSync(path, join(inbox, basename(path)));
  const whole = await runLauncher(inbox);
  const rate = (paths.length / whole.seconds).toFixed(0);
  say(`Pivots of 200 KB through the whole launcher: ${rate} a second (goal 50)`);
  return paths.length / seconds;
}

if (import.meta.main) {
  const [, , flag, part, path, folder] = process.argv;
  if (flag === '--alone') await alone(part!, path!, folder!);
  else await compare();
}
