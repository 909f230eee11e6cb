// Names of mail parts as the sender gave them, or made up from the type. Not sanitised: core/files does that.
import type { MailPart } from './mail-part.ts';

/** The file name a part carries, whatever its disposition; empty when it has none. */
export function givenName(part: MailPart): string {
  const name =
    part.dispositionParameters.get('filename') ??
    part.parameters.get('name') ??
    part.dispositionParameters.get('name') ??
    part.parameters.get('filename') ??
    '';
  // White space alone is no name.
  return name.trim() === '' ? '' : name;
}

/** For a part without name: `document-2.1.pdf`. */
export function inventedName(part: MailPart): string {
  const number = part.part === '' ? '1' : part.part;
  return `document-${number}.${extensionOf(part.mediaType)}`;
}

/** Name of a whole mail, or of its body: after the subject. */
export function nameAfterSubject(subject: string, extension: string): string {
  const base = subject.replace(/\s+/g, ' ').trim();
  return `${base === '' ? 'message' : base}.${extension}`;
}

export function extensionOf(mediaType: string): string {
  const known = EXTENSIONS.get(mediaType);
  if (known !== undefined) return known;
  if (mediaType.endsWith('+xml')) return 'xml';
  if (mediaType.endsWith('+json')) return 'json';
  if (mediaType.endsWith('+zip')) return 'zip';
  const [top = '', sub = ''] = mediaType.split('/', 2);
  // image/bmp, audio/ogg…: the subtype is the usual extension.
  if (/^(?:image|audio|video)$/.test(top) && /^[a-z0-9]{2,4}$/.test(sub)) return sub;
  return top === 'text' ? 'txt' : 'bin';
}

const EXTENSIONS = new Map([
  ['application/pdf', 'pdf'],
  ['application/x-pdf', 'pdf'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['text/plain', 'txt'],
  ['text/html', 'html'],
  ['text/csv', 'csv'],
  ['text/calendar', 'ics'],
  ['text/rtf', 'rtf'],
  ['application/rtf', 'rtf'],
  ['text/x-vcard', 'vcf'],
  ['text/vcard', 'vcf'],
  ['text/rfc822-headers', 'txt'],
  ['application/json', 'json'],
  ['application/zip', 'zip'],
  ['application/x-zip-compressed', 'zip'],
  ['application/gzip', 'gz'],
  ['image/jpeg', 'jpg'],
  ['image/pjpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['image/tiff', 'tif'],
  ['image/svg+xml', 'svg'],
  ['audio/mpeg', 'mp3'],
  ['audio/x-wav', 'wav'],
  ['application/msword', 'doc'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.ms-powerpoint', 'ppt'],
  ['application/vnd.ms-outlook', 'msg'],
  ['application/ms-tnef', 'dat'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'pptx'],
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/pkcs7-mime', 'p7m'],
  ['application/x-pkcs7-mime', 'p7m'],
  ['application/pkcs7-signature', 'p7s'],
  ['application/x-pkcs7-signature', 'p7s'],
  ['application/pgp-signature', 'asc'],
  ['message/rfc822', 'eml'],
  ['message/global', 'eml'],
  ['message/delivery-status', 'txt'],
  ['message/disposition-notification', 'txt'],
]);
