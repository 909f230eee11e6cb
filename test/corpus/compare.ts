// Compares what was found in a mail with what was expected of it, entry by entry.
import { createHash } from 'node:crypto';
import type { Collected } from './collect.ts';
import type { ExpectedFile, ExpectedMail } from './expected.ts';

export type Verdict =
  | 'agreed'
  | 'wrong name'
  | 'wrong bytes'
  | 'not offered' // read rightly, but no document by the content rules
  | 'missing';

export type Comparison = {
  readonly expected: ExpectedFile;
  readonly found: Collected | null;
  readonly verdict: Verdict;
  readonly isInside: boolean;
};

/** `madeUpNames`: what has no name may be called anything. */
export function compareMail(
  mail: ExpectedMail,
  files: readonly Collected[],
  madeUpNames = false,
): readonly Comparison[] {
  // With CRLF in the file nothing changes on the way, so that texts too must be exact.
  const isExact = mail.eol === 'crlf';
  return compareAll(mail.attachments, files, { isExact, isInside: false, madeUpNames });
}

type How = {
  readonly isExact: boolean;
  readonly isInside: boolean;
  readonly madeUpNames: boolean;
};

function compareAll(expected: readonly ExpectedFile[], files: readonly Collected[], how: How) {
  const left = new Set(files);
  const result: Comparison[] = [];
  // Equal bytes first with the right name, so that twins do not take each other's place.
  for (const file of expected) {
    const same = [...left].filter((candidate) => isSame(file, candidate, how));
    const found = same.find((one) => isNamed(file, one, how)) ?? same[0] ?? null;
    if (found) left.delete(found);
    const other = found ?? [...left].find((one) => isMeant(file, one)) ?? null;
    result.push({
      expected: file,
      found: other,
      verdict: verdictOf(file, found, { other, how }),
      isInside: how.isInside,
    });
    if (file.inside && found) {
      // What lies inside is told for information: the container itself was delivered.
      result.push(...compareAll(file.inside, found.inside, { ...how, isInside: true }));
    }
  }
  return result;
}

function verdictOf(
  file: ExpectedFile,
  same: Collected | null,
  { other, how }: { readonly other: Collected | null; readonly how: How },
): Verdict {
  if (!same) return other ? 'wrong bytes' : 'missing';
  if (!isNamed(file, same, how)) return 'wrong name';
  return same.isOffered || file.expect === 'may' ? 'agreed' : 'not offered';
}

function isSame(file: ExpectedFile, found: Collected, how: How): boolean {
  // A message that Outlook stored has no bytes of its own to compare.
  if (file.sha256 === null) return file.role === 'message' && isNamed(file, found, how);
  if (file.sha256 === sha256(found.bytes)) return true;
  return (
    file.compare === 'text' && !how.isExact && file.sha256_text === sha256(plainText(found.bytes))
  );
}

/** Not the same bytes, but what this entry must have meant. */
function isMeant(file: ExpectedFile, found: Collected): boolean {
  return file.part !== null && file.part === found.part && !isInsideText(found);
}

const isInsideText = (found: Collected) => found.part.includes('/');

function isNamed(file: ExpectedFile, found: Collected, { madeUpNames }: How): boolean {
  if (madeUpNames && (file.name ?? '').trim() === '') return true;
  const name = found.name.normalize('NFC');
  if (name === (file.name ?? '').normalize('NFC')) return true;
  return file.acceptable_names?.some((one) => one.normalize('NFC') === name) ?? false;
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

// A carriage return that is part of the text stands before the line end that the transport made.
function plainText(bytes: Buffer): Buffer {
  const text = bytes
    .toString('latin1')
    .replace(/\r+\n/g, '\n')
    .replace(/[\r\n]+$/, '');
  return Buffer.from(text, 'latin1');
}
