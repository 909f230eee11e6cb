// Folder names on the wire: modified UTF-7 (RFC 3501 §5.1.3) in a quoted string. UTF8=ACCEPT is never enabled, so
// this is what every server expects; imapflow does the same for the commands it sends.

/** As an argument of a command, quotes included. */
export function quotedMailbox(name: string): string {
  const encoded = name.toUpperCase() === 'INBOX' ? 'INBOX' : toModifiedUtf7(name);
  return `"${encoded.replace(/["\\]/g, '\\$&')}"`;
}

function toModifiedUtf7(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => (run === '&' ? '&-' : `&${utf16Base64(run)}-`));
}

function utf16Base64(text: string): string {
  const bytes = Buffer.from(text, 'utf16le').swap16();
  return bytes.toString('base64').replace(/=+$/, '').replaceAll('/', ',');
}
