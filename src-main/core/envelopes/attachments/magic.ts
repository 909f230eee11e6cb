// What a file is by its first bytes, as far as attachments of envelopes need it. Names and declared types lie.

type Magic = { readonly bytes: Buffer; readonly mediaType: string; readonly extension: string };

const magic = (bytes: string, mediaType: string, extension: string): Magic => ({
  bytes: Buffer.from(bytes, 'latin1'),
  mediaType,
  extension,
});

const MAGICS: readonly Magic[] = [
  magic('%PDF-', 'application/pdf', 'pdf'),
  magic('\x89PNG\r\n', 'image/png', 'png'),
  magic('\xff\xd8\xff', 'image/jpeg', 'jpg'),
  magic('II*\0', 'image/tiff', 'tif'),
  magic('MM\0*', 'image/tiff', 'tif'),
  magic('GIF8', 'image/gif', 'gif'),
  magic('{\\rtf', 'application/rtf', 'rtf'),
  magic('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'application/vnd.ms-office', 'doc'),
  magic('PK\x03\x04', 'application/zip', 'zip'),
  magic('\x1f\x8b', 'application/gzip', 'gz'),
  magic('\x30\x82', 'application/pkcs7-mime', 'p7m'),
  magic('\x30\x80', 'application/pkcs7-mime', 'p7m'),
  magic('<?xml', 'application/xml', 'xml'),
  magic('\xef\xbb\xbf<', 'application/xml', 'xml'),
];

/** Media type and usual extension; null where the bytes say nothing. */
export function magicOf(
  head: Buffer,
): { readonly mediaType: string; readonly extension: string } | null {
  const found = MAGICS.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
  if (found) return found;
  // Some producers put a line or a mark before `%PDF-`; readers accept it within the first kilobyte.
  if (head.subarray(0, 1024).includes('%PDF-')) {
    return { mediaType: 'application/pdf', extension: 'pdf' };
  }
  return null;
}

/** Nothing but printable characters and line ends, in any 8-bit encoding. */
export function isText(head: Buffer): boolean {
  return head.length > 0 && head.every((byte) => byte >= 0x20 || isBlank(byte));
}

const isBlank = (byte: number): boolean => byte === 0x09 || byte === 0x0a || byte === 0x0d;

const EXTENSIONS = new Map([
  ['application/pdf', 'pdf'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['text/plain', 'txt'],
  ['text/csv', 'csv'],
  ['text/html', 'html'],
  ['image/png', 'png'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['image/tiff', 'tif'],
  ['image/gif', 'gif'],
  ['application/zip', 'zip'],
  ['application/rtf', 'rtf'],
  ['application/msword', 'doc'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
]);

/** Without its dot; '' where the type says nothing. */
export const extensionForType = (mediaType: string): string =>
  EXTENSIONS.get(mediaType.trim().toLowerCase().split(';', 1)[0] ?? '') ?? '';
