// Documents of a mail that nobody can read without a key or password, found out while they pass by: what cannot be one costs a
// search of its bytes, and only what may be one is looked at again, as the file it has become.
import { open } from 'node:fs/promises';
import type { Launcher } from '#contract/model/launcher';
import type { MailTake } from '#contract/model/mail-take';
import { RefusedError } from '../errors.ts';
import { fileSource } from '../mail/containers/byte-source.ts';
import type { PartSink } from '../sources/source.ts';
import type { StagedFile, Staging } from './stager.ts';

/** Null: not a launcher of mails. */
export type ProtectionPolicy = MailTake['protectedFiles'] | null;

export type WatchStaging = (staging: Staging, tempPath: string) => Pick<Staging, 'sink' | 'staged'>;

export function policyOf({ source }: Pick<Launcher, 'source'>): ProtectionPolicy {
  if ('take' in source) return source.take.protectedFiles;
  if ('mails' in source && source.mails.open) return source.mails.take.protectedFiles;
  return null;
}

/** Why a document is set aside; null = it is delivered. */
export function refusalOf(
  policy: ProtectionPolicy,
  name: string,
  { protection }: StagedFile,
): RefusedError | null {
  if (policy !== 'quarantine' || protection === undefined) return null;
  return new RefusedError(protection, { name });
}

export const watchProtection =
  (signal: AbortSignal): WatchStaging =>
  ({ sink, staged }, tempPath) => {
    const suspicion = new Suspicion();
    const { lend } = sink;
    const watched: PartSink = {
      // Looked at in passing and not kept: the blocks may go round.
      ...(lend === undefined ? {} : { lend }),
      write(chunk) {
        suspicion.see(chunk);
        return sink.write(chunk);
      },
      end() {
        sink.end();
      },
    };
    const looked = staged.then(async (file): Promise<StagedFile> => {
      if (!suspicion.isThere) return file;
      const protection = await look(tempPath, file.sizeBytes, signal);
      return protection === null ? file : { ...file, protection };
    });
    return { sink: watched, staged: looked };
  };

async function look(path: string, sizeBytes: number, signal: AbortSignal) {
  const { protectionOf } = await import('../mail/containers/protection.ts');
  const handle = await open(path, 'r');
  try {
    const read = async (into: Buffer, length: number, at: number) =>
      (await handle.read(into, 0, length, at)).bytesRead;
    return await protectionOf(fileSource(read, sizeBytes), signal);
  } finally {
    await handle.close();
  }
}

const PDF = Buffer.from('%PDF-');
const ENCRYPT = Buffer.from('/Encrypt');
const PGP = Buffer.from('-----BEGIN PGP');
const ZIP = Buffer.from('PK\x03\x04');
const OLE = Buffer.from('d0cf11e0', 'hex');
const HEAD_BYTES = 1024;
const SEQUENCE = 0x30;

/** Whether it may be one. A PDF says so in the clear (ISO 32000-1 §7.6.1): `/Encrypt` in its trailer or its last cross-reference. */
class Suspicion {
  isThere = false;
  #kind: 'unknown' | 'pdf' | 'other' = 'unknown';
  #tail = Buffer.alloc(0);

  see(chunk: Buffer): void {
    if (this.isThere || this.#kind === 'other' || chunk.length === 0) return;
    if (this.#kind === 'unknown') this.#begin(chunk);
    if (this.#kind !== 'pdf') return;
    const isSplit =
      this.#tail.length > 0 && Buffer.concat([this.#tail, chunk.subarray(0, 7)]).includes(ENCRYPT);
    this.isThere = isSplit || chunk.includes(ENCRYPT);
    this.#tail = Buffer.from(chunk.subarray(-7));
  }

  #begin(chunk: Buffer): void {
    const head = chunk.subarray(0, HEAD_BYTES);
    this.#kind = head.includes(PDF) ? 'pdf' : 'other';
    const [first = 0] = head;
    const isPgp = head.includes(PGP) || (first >= 0x84 && first <= 0x85) || first === 0xc1;
    const isZip = head.subarray(0, 4).equals(ZIP);
    const isOle = head.subarray(0, 4).equals(OLE);
    this.isThere = isPgp || isZip || isOle || first === SEQUENCE;
  }
}
