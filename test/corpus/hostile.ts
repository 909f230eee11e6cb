// Hostile mails: each must end read or refused with a reason, in bounded time and memory, and what has one right answer
// must be that answer.
/* eslint-disable no-console -- part of a command */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '#core/errors';
import { createMimeParser } from '#core/mail/mime/mime-parser';
import { collectMail, type Collected } from './collect.ts';
import { Hostile } from './expected.ts';

const MOST_MS = 20_000;
const MOST_MIB = 300;
const CHUNK_BYTES = 65_536;

export async function runHostile(folder: string, showAll: boolean): Promise<boolean> {
  const { mails } = Hostile.parse(JSON.parse(readFileSync(join(folder, 'hostile.json'), 'utf8')));
  const peakMiB = await peakOfParserAlone(folder, Object.keys(mails));
  let [faults, refused, exact, exactRight] = [0, 0, 0, 0];
  for (const [name, mail] of Object.entries(mails)) {
    const raw = readFileSync(join(folder, name));
    const startedAt = performance.now();
    const outcome = await tryOne(raw);
    const ms = Math.round(performance.now() - startedAt);
    const missing: string[] = [];
    const left = new Set(outcome.files);
    for (const wanted of mail.attachments) {
      if (wanted.truth !== 'exact') continue;
      exact++;
      const same = [...left].filter((file) => sha256(file.bytes) === wanted.sha256);
      const found = same.find((file) => isNamed(file, wanted.name)) ?? same[0];
      if (found) left.delete(found);
      if (found && isNamed(found, wanted.name)) exactRight++;
      else
        missing.push(
          `${JSON.stringify(wanted.name)?.slice(0, 60)} ${found ? 'other name' : 'missing'}`,
        );
    }
    if (outcome.refusal !== '') refused++;
    const isFault =
      outcome.bug !== '' || ms > MOST_MS || (missing.length > 0 && outcome.refusal === '');
    if (isFault) faults++;
    if (isFault || showAll) {
      const said = [outcome.bug, outcome.refusal, ...missing.slice(0, 5), ...outcome.told];
      console.log(
        `  ${isFault ? 'FAULT' : 'ok'}  ${name} (${ms} ms): ${said.filter(Boolean).join('; ')}`,
      );
    }
  }
  console.log(`
${Object.keys(mails).length} hostile mails: ${faults} faults, ${refused} refused with a reason
files with one right answer: ${exactRight} of ${exact}
peak memory of the parser alone ${peakMiB} MiB (limit ${MOST_MIB})`);
  return faults === 0 && peakMiB <= MOST_MIB;
}

/** Before anything is kept for comparison. */
async function peakOfParserAlone(folder: string, names: readonly string[]): Promise<number> {
  for (const name of names) {
    const raw = readFileSync(join(folder, name));
    const sink = { write: () => undefined, end: () => undefined };
    const parser = createMimeParser({ leaf: ({ mayOpen }) => (mayOpen ? 'open' : sink) });
    try {
      for (let at = 0; at < raw.length; at += CHUNK_BYTES) {
        await parser.write(raw.subarray(at, at + CHUNK_BYTES));
      }
      await parser.end();
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

async function tryOne(raw: Buffer) {
  const none: readonly Collected[] = [];
  try {
    const { files, told } = await collectMail(raw);
    const notes = files.flatMap((file) => file.told.map((note) => `${file.part} ${note}`));
    return { files, told: [...told, ...notes], refusal: '', bug: '' };
  } catch (thrown) {
    const isRefusal = thrown instanceof AppError && thrown.kind === 'refused';
    const text = isRefusal ? `refused: ${thrown.message}` : String(thrown);
    return { files: none, told: [], refusal: isRefusal ? text : '', bug: isRefusal ? '' : text };
  }
}

// Blank names are none, and a line end in a name is a blank: both are decided, not mistakes.
function isNamed(file: Collected, wanted: string | null): boolean {
  const flat = (name: string) => name.normalize('NFC').replace(/\r\n|[\r\n]/g, ' ');
  const name = flat(wanted ?? '');
  return flat(file.name) === (name.trim() === '' ? '' : name);
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
