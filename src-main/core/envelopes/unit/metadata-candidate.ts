// Which files of a unit may be its metadata, told cheaply by name, size and first bytes: a look at a folder must not parse
// every invoice in it.
import { fileBytes, type FileOnDisk, headOf } from '../bytes/byte-source.ts';

const METADATA_NAME = /\.(?:json|xml|txt|ya?ml)$/iu;
const MAX_METADATA_BYTES = 262_144;
const HEAD_BYTES = 4096;

/** False = certainly not. Throws GoneError, TransientError. */
export async function mayBeMetadata(file: FileOnDisk): Promise<boolean> {
  if (!METADATA_NAME.test(file.name) || file.sizeBytes > MAX_METADATA_BYTES) return false;
  // Zeros are the other half of UTF-16.
  const head = (await headOf(fileBytes(file), HEAD_BYTES)).toString('latin1').replaceAll('\0', '');
  const isXml = /^[^\w{[]*</u.test(head);
  return !isXml || /<(?:[\w.-]+:)?flux[\s>/]/u.test(head) || head.length < HEAD_BYTES / 4;
}
