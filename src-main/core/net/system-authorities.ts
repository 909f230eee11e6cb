// The certificate authorities that this machine's system trusts, beside those bundled with Node.
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** PEM texts; empty where there is no readable store on this machine: the bundled authorities remain. */
export function systemAuthorities(): string[] {
  try {
    return getCACertificates('system');
  } catch {
    return [];
  }
}

/** HTTP clients take the process's default authorities: those of the system too, for proxies that look into TLS. Once is enough. */
export function trustSystemAuthorities(): void {
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...systemAuthorities()])]);
}
