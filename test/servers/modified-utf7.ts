// IMAP's own spelling of folder names (RFC 3501 §5.1.3), which Dovecot also uses on disk.

/** `Traité` → `Trait&AOk-`; printable ASCII stays as it is but for `&`. */
export function modifiedUtf7(name: string): string {
  return name.replaceAll('&', '&-').replace(/[^\x20-\x7e]+/g, (run) => {
    const utf16 = Buffer.from(run, 'utf16le').swap16();
    return `&${utf16.toString('base64').replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

export function fromModifiedUtf7(encoded: string): string {
  return encoded.replace(/&([^-]*)-/g, (_, base64: string) =>
    base64 === ''
      ? '&'
      : Buffer.from(base64.replaceAll(',', '/'), 'base64').swap16().toString('utf16le'),
  );
}
