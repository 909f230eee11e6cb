// After a check that failed for a certificate: the command that shows it, with its chain and what would help.
import type { CheckStep } from '#contract/model/check';
import type { ServerAddress } from '#contract/model/connection';
import type { StartTlsProtocol } from '#contract/model/tls-inspection';
import type { Texts } from '#contract/texts/texts';

const CLEAR_PORTS = { imap: 143, pop3: 110, smtp: 587 } as const;
const TLS_PORTS = { imap: 993, pop3: 995, smtp: 465 } as const;

/** Null where nothing is wrong with the certificate. */
export function tlsHint(
  steps: readonly CheckStep[],
  { host, port, tls }: Pick<ServerAddress, 'host' | 'port' | 'tls'>,
  { protocol, texts }: { readonly protocol: StartTlsProtocol; readonly texts: Texts },
): string | null {
  const isAbout = steps.some(({ error }) => error?.code.startsWith('tls.') === true);
  if (!isAbout) return null;
  const isClear = tls === 'starttls';
  const byDefault = isClear ? CLEAR_PORTS[protocol] : TLS_PORTS[protocol];
  const address = `${host.includes(':') ? `[${host}]` : host}:${port === 0 ? byDefault : port}`;
  const command = `lanceur tls ${address}${isClear ? ` --starttls ${protocol}` : ''}`;
  return texts.say('cli.check.tlsHint', { command });
}
