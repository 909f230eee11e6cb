import { expect, it, onTestFinished } from 'vitest';
import { imapClient } from '../helpers/imap-client.ts';
import type { CertificateKind } from './certificates.ts';
import { startDovecot } from './dovecot.ts';
import { describeWith } from './required.ts';
import { startStunnel } from './stunnel.ts';

describeWith(['dovecot', 'stunnel', 'openssl'], 'the test stunnel', () => {
  it('carries clear text to a server that speaks TLS only', async () => {
    const tunnel = await tunnelTo('good');
    const client = await imapClient({ port: tunnel.port, secure: false, doSTARTTLS: false });
    expect(client.authenticated).toBeTruthy();
  });

  it('closes the connection when the server shows an expired certificate', async () => {
    const tunnel = await tunnelTo('expired');
    await expect(
      imapClient({ port: tunnel.port, secure: false, doSTARTTLS: false }),
    ).rejects.toThrow();
    expect(tunnel.output()).toContain('certificate has expired');
  });

  async function tunnelTo(certificate: CertificateKind) {
    const server = await startDovecot({ certificate });
    onTestFinished(() => server.stop());
    const tunnel = await startStunnel({ port: server.ports.imaps, caPem: server.caPem });
    onTestFinished(() => tunnel.stop());
    return tunnel;
  }
});
