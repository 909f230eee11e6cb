// Which colour and shape stand for which state: one table for all pages.
import {
  ArchiveX,
  Ban,
  Check,
  CircleAlert,
  CircleDashed,
  CirclePause,
  CircleX,
  Clock,
  Download,
  Ghost,
  LoaderCircle,
  MapPinOff,
  Octagon,
  Filter,
} from '@lucide/vue';
import type { Component } from 'vue';
import type { ItemState } from '#contract/model/item';
import type { PreviewVerdict } from '#contract/model/preview';
import type { RunOutcome } from '#contract/model/run';
import type { LauncherCondition, LauncherStatus, Status } from '#contract/model/status';

export type Tone = 'ok' | 'busy' | 'warn' | 'error' | 'calm';
export type Look = { readonly tone: Tone; readonly icon: Component; readonly turning?: boolean };

export const conditionLooks: Readonly<Record<LauncherCondition | Status['condition'], Look>> = {
  disabled: { tone: 'calm', icon: Ban },
  paused: { tone: 'calm', icon: CirclePause },
  running: { tone: 'busy', icon: LoaderCircle, turning: true },
  busy: { tone: 'busy', icon: LoaderCircle, turning: true },
  idle: { tone: 'ok', icon: Check },
  warning: { tone: 'warn', icon: CircleAlert },
  waiting: { tone: 'warn', icon: Clock },
  error: { tone: 'error', icon: CircleX },
};

/** Paused by somebody is at rest; paused because it cannot sign in waits for a hand. */
export const launcherLook = ({
  condition,
  pauseReason,
}: Pick<LauncherStatus, 'condition' | 'pauseReason'>): Look =>
  condition === 'paused' && pauseReason !== null
    ? { tone: 'error', icon: CirclePause }
    : conditionLooks[condition];

export const outcomeLooks: Readonly<Record<RunOutcome, Look>> = {
  running: { tone: 'busy', icon: LoaderCircle, turning: true },
  done: { tone: 'ok', icon: Check },
  warnings: { tone: 'warn', icon: CircleAlert },
  waiting: { tone: 'warn', icon: Clock },
  failed: { tone: 'error', icon: CircleX },
  stopped: { tone: 'calm', icon: Octagon },
  interrupted: { tone: 'warn', icon: CircleDashed },
};

export const itemLooks: Readonly<Record<ItemState, Look>> = {
  filtered: { tone: 'calm', icon: Filter },
  deferred: { tone: 'warn', icon: Clock },
  unrouted: { tone: 'warn', icon: MapPinOff },
  fetching: { tone: 'busy', icon: Download },
  delivering: { tone: 'busy', icon: LoaderCircle },
  delivered: { tone: 'ok', icon: Check },
  settled: { tone: 'ok', icon: Check },
  quarantined: { tone: 'error', icon: CircleX },
  dismissed: { tone: 'calm', icon: ArchiveX },
  gone: { tone: 'calm', icon: Ghost },
};

export const verdictLooks: Readonly<Record<PreviewVerdict, Look>> = {
  take: { tone: 'ok', icon: Check },
  known: { tone: 'calm', icon: Check },
  filtered: { tone: 'calm', icon: Filter },
  deferred: { tone: 'warn', icon: Clock },
  unrouted: { tone: 'warn', icon: MapPinOff },
  quarantined: { tone: 'error', icon: CircleX },
};
