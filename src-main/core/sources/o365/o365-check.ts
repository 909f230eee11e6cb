// "Test the connection": one named step after the other, each with its time, until one fails. Changes nothing; what the
// account may do is read from its token, where that can be read.
import { z } from 'zod';
import type { CheckStep } from '#contract/model/check';
import type { ErrorParams } from '#contract/error-codes';
import type { O365Config } from '#contract/model/o365-config';
import { readClaims } from '../../accounts/claims.ts';
import { CancelledError, toAppError, toErrorBody } from '../../errors.ts';
import type { GraphClient } from '../../graph/graph-client.ts';
import { expectPermission } from '../../graph/graph-permission.ts';
import type { Clock } from '../../ports.ts';
import type { Credentials } from '../source.ts';
import { findFolder, lookForFolder } from './o365-folders.ts';

export type CheckOptions = {
  readonly config: O365Config;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly credentials: () => Promise<Credentials>;
  readonly graph: () => Promise<GraphClient>;
};

type Finding = { readonly params?: ErrorParams; readonly warning?: string };

/** Throws only CancelledError. */
export async function checkMailbox(options: CheckOptions): Promise<readonly CheckStep[]> {
  const { clock, signal } = options;
  const steps: CheckStep[] = [];
  let since = clock.monotonicMs();
  const add = (step: Omit<CheckStep, 'durationMs'>): void => {
    const now = clock.monotonicMs();
    steps.push({ ...step, durationMs: Math.round(now - since) });
    since = now;
  };
  const attempt = async <T>(
    step: string,
    work: () => Promise<readonly [T, Finding]>,
  ): Promise<T> => {
    try {
      const [value, { params = {}, warning = null }] = await work();
      add({ step, ok: true, warning, params, error: null });
      return value;
    } catch (thrown) {
      if (signal.aborted) throw new CancelledError();
      const error = toErrorBody(thrown);
      add({ step, ok: false, warning: null, params: error.params, error });
      throw thrown;
    }
  };
  try {
    await checkSteps(options, attempt);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error instanceof CancelledError || signal.aborted) throw new CancelledError();
    if (!steps.some(({ ok }) => !ok)) {
      add({
        step: 'open',
        ok: false,
        warning: null,
        params: error.params,
        error: toErrorBody(error),
      });
    }
  }
  return steps;
}

type Attempt = <T>(step: string, work: () => Promise<readonly [T, Finding]>) => Promise<T>;

const Listed = z.object({ value: z.array(z.object({ id: z.string() })) });

async function checkSteps(
  { config, signal, ...open }: CheckOptions,
  attempt: Attempt,
): Promise<void> {
  const { fate, rejectedFate, folder } = config;
  const credentials = await attempt('signIn', async () => {
    const found = await open.credentials();
    return [found, { params: { user: userOf(found) } }];
  });
  const graph = await open.graph();
  const found = await attempt('open', async () => {
    const opened = await findFolder({ graph, signal, field: 'folder' }, folder);
    return [opened, { params: { folder: opened.displayName, messages: opened.totalItemCount } }];
  });
  await attempt('read', async () => {
    const path = `/mailFolders/${encodeURIComponent(found.id)}/messages?$select=id&$top=1`;
    const reply = await graph.json({ path, about: { about: 'folder', folder }, signal }, Listed);
    return [reply.value, {}];
  });
  const fates = [fate, rejectedFate];
  const isMoving = fates.some(({ kind }) => kind === 'move');
  const writes = [
    { step: 'mayMove', isWanted: isMoving },
    { step: 'mayFlag', isWanted: fate.kind === 'mark' },
    { step: 'mayDelete', isWanted: fate.kind === 'delete' },
  ];
  for (const { step, isWanted } of writes) {
    if (!isWanted) continue;
    await attempt(step, () => {
      expectPermission(credentials, 'Mail.ReadWrite', config.mailbox);
      return Promise.resolve([null, {}]);
    });
  }
  for (const one of fates) {
    if (one.kind !== 'move') continue;
    await attempt('targetFolder', async () => {
      const search = { graph, signal, field: one === fate ? 'fate.folder' : 'rejectedFate.folder' };
      const there = await lookForFolder(search, one.folder);
      const params = { folder: one.folder };
      return [null, there ? { params } : { params, warning: 'imap.targetMissing' }];
    });
  }
}

function userOf({ user, secret }: Credentials): string {
  const claims = readClaims(secret);
  const named = claims['upn'] ?? claims['preferred_username'] ?? claims['unique_name'];
  return typeof named === 'string' ? named : user;
}
