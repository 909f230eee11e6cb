// Invoices everywhere: the virtual extension and the data of one file of any launcher, a mail part or a scanned
// folder's file. National envelopes in a single file are told too, so that one affiliation covers both ways in.
import type { Envelope, EnvelopeLimits } from '#contract/model/envelope';
import { EnvelopeSettings } from '#contract/model/envelope';
import { RefusedError } from '../errors.ts';
import { headOf, fileBytes, type FileOnDisk } from './bytes/byte-source.ts';
import { readEnvelope } from './recognise.ts';

const HEAD_BYTES = 1024;

/**
 * `facturx`, `ubl`, `cii` or one of the three kinds with all data; null = an ordinary file. Never throws RefusedError:
 * a damaged or encrypted file is an ordinary one here. Throws GoneError, TransientError, CancelledError.
 */
export async function recogniseFile(
  file: FileOnDisk,
  limits: EnvelopeLimits,
  signal: AbortSignal,
): Promise<Envelope | null> {
  if (!mayBeEnvelope(await headOf(fileBytes(file), HEAD_BYTES))) return null;
  const settings = EnvelopeSettings.parse({ bareInvoices: 'own', limits });
  try {
    return await readEnvelope({ shape: 'file', name: file.name, files: [file] }, settings, signal);
  } catch (error) {
    if (error instanceof RefusedError) return null;
    throw error;
  }
}

/** Pure and cheap, for the first bytes of anything: XML in any encoding, or PDF. */
export function mayBeEnvelope(head: Buffer): boolean {
  if (head.includes('%PDF-')) return true;
  return /^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*</u.test(head.toString('latin1', 0, 64));
}
