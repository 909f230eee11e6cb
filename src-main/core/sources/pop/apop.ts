// The timestamp that APOP signs (RFC 1939 §7). A server that makes it up at will can find out the password by and by
// (CVE-2007-1558): it has to be a msg-id as mail knows them, in ASCII, and nothing else.

/** Null: the server offers no APOP, or with something that is no timestamp. */
export function apopTimestamp(greeting: string): string | null {
  const found = /<[^<>]*>/.exec(greeting)?.[0];
  if (found === undefined || found.length > 128) return null;
  // RFC 822 §6.1: atoms with dots, `@`, atoms with dots or a literal.
  const atom = String.raw`[A-Za-z0-9!#$%&'*+/=?^_\`{|}~-]+`;
  const atoms = String.raw`${atom}(?:\.${atom})*`;
  return new RegExp(String.raw`^<${atoms}@(?:${atoms}|\[[A-Za-z0-9.:]+\])>$`).test(found)
    ? found
    : null;
}
