// The implementation of every call of the contract.
import type { CoreParts } from '../core-parts.ts';
import { accountCalls } from './account-calls.ts';
import { configurationCalls } from './configuration-calls.ts';
import { draftCalls } from './draft-calls.ts';
import { envelopeCalls } from './envelope-calls.ts';
import { itemCalls } from './item-calls.ts';
import { jobCalls } from './job-calls.ts';
import { launcherCalls } from './launcher-calls.ts';
import { noticeCalls } from './notice-calls.ts';
import { outboxCalls } from './outbox-calls.ts';
import { routerCalls } from './router-calls.ts';
import { runCalls } from './run-calls.ts';
import { sessionCalls } from './session-calls.ts';
import { settingsCalls } from './settings-calls.ts';

export const allCalls = (parts: CoreParts) => ({
  ...launcherCalls(parts),
  ...runCalls(parts),
  ...jobCalls(parts),
  ...accountCalls(parts),
  ...sessionCalls(parts),
  ...itemCalls(parts),
  ...envelopeCalls(parts),
  ...configurationCalls(parts),
  ...draftCalls(parts),
  ...settingsCalls(parts),
  ...routerCalls(parts),
  ...outboxCalls(parts),
  ...noticeCalls(parts),
});
