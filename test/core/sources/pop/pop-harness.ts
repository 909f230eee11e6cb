// A POP3 source on a test server, and what the pipeline would do with it, in short.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { AccountId, LauncherId } from '#contract/ids';
import { Launcher } from '#contract/model/launcher';
import type { PopConfig } from '#contract/model/pop-config';
import { createSystemClock } from '#core/clock';
import { createMailDesk } from '#core/mail/opener/mail-desk';
import { createTlsAuthorities } from '#core/net/tls-trust';
import { createPopSourceType } from '#core/sources/pop/pop-source';
import type { Credentials, Source } from '#core/sources/source';
import { memoryLogger } from '../../../helpers/memory-logger.ts';

export type PopHarness = {
  readonly port: number;
  readonly tls?: PopConfig['server']['tls'];
  readonly trust?: Partial<PopConfig['server']['trust']>;
  readonly timeouts?: Partial<PopConfig['server']['timeouts']>;
  readonly signIn?: PopConfig['signIn'];
  readonly recent?: boolean;
  readonly take?: Partial<PopConfig['take']>;
  readonly fate?: PopConfig['fate'];
  readonly maxItemBytes?: number;
  readonly user?: string;
  readonly secret?: string;
  readonly method?: Credentials['method'];
  readonly renew?: Credentials['renew'];
  readonly checkpoint?: (step: string) => void;
};

// Shared: reading the authorities of the system takes longer than most tests.
const type = createPopSourceType(createTlsAuthorities());

/** Closed when the running test ends. */
export function popSource(options: PopHarness): Source & { readonly dataDir: string } {
  const { port, tls = 'none', trust, timeouts, signIn, recent, take, fate } = options;
  const { user = 'someone', secret = 'secret', method = 'password', maxItemBytes = 0 } = options;
  const dataDir = mkdtempSync(join(tmpdir(), 'pop-source-'));
  const { renew } = options;
  const source = type.open({
    launcher: Launcher.parse({
      id: LauncherId.parse('launcher'),
      description: 'mail',
      source: {
        protocol: 'pop',
        accountId: AccountId.parse('account'),
        server: {
          host: '127.0.0.1',
          port,
          tls,
          ...(trust && { trust }),
          ...(timeouts && { timeouts }),
        },
        ...{ signIn, recent, take, fate },
      },
      limits: { maxItemBytes },
      paused: false,
      createdAt: '2026-01-05T08:00:00.000Z',
      changedAt: '2026-01-05T08:00:00.000Z',
    }),
    credentials: () => Promise.resolve({ user, secret, method, ...(renew && { renew }) }),
    clock: createSystemClock(),
    logger: memoryLogger(),
    checkpoint: options.checkpoint ?? (() => undefined),
    mailDesk: createMailDesk(dataDir),
    threads: undefined, // of folders alone
  });
  onTestFinished(async () => {
    await source.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { ...source, dataDir };
}
