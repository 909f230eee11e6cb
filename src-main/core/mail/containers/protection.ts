// Documents that nobody can read without a key or a password, recognised by what they hold, not by what they are called,
// so that a clerk is told instead of finding an unreadable page in the archive.
import { AppError } from '../../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { openCms } from './cms.ts';
import { isOle, openOle } from './ole-file.ts';
import { isPdf, pdfNeedsPassword } from './pdf-protection.ts';
import { isZip, zipNeedsPassword } from './zip-protection.ts';

/** Codes of their sentences under `warnings`. */
export type Protection =
  | 'file.encryptedPdf'
  | 'file.encryptedZip'
  | 'file.encryptedOffice'
  | 'mail.encryptedSmime'
  | 'mail.encryptedPgp';

const HEAD_BYTES = 1024;
const SEQUENCE = 0x30;

/** Null: readable, or of a kind that is not looked into. Throws CancelledError and what reading throws. */
export async function protectionOf(
  source: ByteSource,
  signal: AbortSignal,
): Promise<Protection | null> {
  const head = Buffer.from(await source.bytes(0, HEAD_BYTES));
  if (isZip(head)) return (await zipNeedsPassword(source)) ? 'file.encryptedZip' : null;
  if (isOle(head)) return (await isEncryptedOffice(source)) ? 'file.encryptedOffice' : null;
  if (isPgp(head)) return 'mail.encryptedPgp';
  if (head[0] === SEQUENCE && (await isEncryptedCms(source))) return 'mail.encryptedSmime';
  if (isPdf(head)) return (await pdfNeedsPassword(source, signal)) ? 'file.encryptedPdf' : null;
  return null;
}

/** What Office saves with a password is an OLE file around the encrypted document (MS-OFFCRYPTO §2.3.4). */
async function isEncryptedOffice(source: ByteSource): Promise<boolean> {
  const root = await unlessUnreadable(openOle(source));
  return root?.children.has('ENCRYPTEDPACKAGE') ?? false;
}

async function isEncryptedCms(source: ByteSource): Promise<boolean> {
  const opened = await unlessUnreadable(openCms(source));
  return opened?.kind === 'encrypted';
}

async function unlessUnreadable<T>(opening: Promise<T>): Promise<T | null> {
  try {
    return await opening;
  } catch (thrown) {
    // Damaged, or something else altogether: not what is asked here.
    if (thrown instanceof AppError && thrown.kind === 'refused') return null;
    throw thrown;
  }
}

const ARMOUR = '-----BEGIN PGP MESSAGE-----';
/** RSA, Elgamal, ECDH, X25519, X448 (RFC 9580 §9.1). */
const KEY_ALGORITHMS = new Set([1, 2, 16, 18, 25, 26]);

function isPgp(head: Buffer): boolean {
  if (head.toString('latin1').trimStart().startsWith(ARMOUR)) return true;
  // A session key for somebody, version 3 (RFC 9580 §5.1), in the old or the new form of a packet.
  const [tag = 0, first = 0] = head;
  let at = 0;
  if (tag === 0xc1) at = first < 192 ? 2 : 3;
  else if (tag === 0x84) at = 2;
  else if (tag === 0x85) at = 3;
  return at > 0 && head[at] === 3 && KEY_ALGORITHMS.has(head[at + 9] ?? 0);
}
