// What the tray shows, made from facts alone: icon, tooltip and menu. Pure, but for the machine's time zone.
import type { Item } from '#contract/model/item';
import type { LauncherStatus, Status } from '#contract/model/status';
import type { Texts } from '#contract/texts/texts';
import { trayTooltip } from './tray-tooltip.ts';

export type TrayState = Status['condition'];

/** `down`: it could not be started, or its heart stopped; never shown as "fine". */
export type EngineState = 'starting' | 'alive' | 'down' | 'stopping';

export type TrayFacts = {
  readonly now: Date;
  readonly engine: EngineState;
  /** Why it is down, as a sentence. */
  readonly reason: string | null;
  /** The last that is known; null = nothing yet. */
  readonly status: Status | null;
  readonly lastDelivered: Pick<Item, 'id' | 'title' | 'changedAt'> | null;
  readonly startAtLogin: boolean;
  /** A newer version that is ready to be put in. */
  readonly update: string | null;
};

export type TrayAction =
  | { readonly kind: 'show'; readonly page: string }
  | { readonly kind: 'run'; readonly launcherId: string }
  | { readonly kind: 'runAll' }
  | { readonly kind: 'setPaused'; readonly launcherId: string; readonly paused: boolean }
  | { readonly kind: 'pauseAll'; readonly until: 'hour' | 'tomorrow' | 'resumed' }
  | { readonly kind: 'resumeAll' }
  | { readonly kind: 'startAtLogin'; readonly wanted: boolean }
  | { readonly kind: 'update' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'quit' };

export type TrayRow = {
  readonly label: string;
  /** None: the row only says something. */
  readonly action?: TrayAction;
  readonly checked?: boolean;
  readonly rows?: readonly TrayRow[];
};

export type TrayView = {
  readonly state: TrayState;
  readonly tooltip: string;
  /** Null = a line between two groups. */
  readonly rows: readonly (TrayRow | null)[];
};

/** A menu longer than a screen cannot be used; the others are in the window. */
const MAX_LAUNCHERS = 20;

export function trayView(facts: TrayFacts, texts: Texts): TrayView {
  const { engine, status } = facts;
  return {
    state: stateOf(engine, status),
    tooltip: trayTooltip(facts, texts),
    rows: [
      { label: texts.say('desktop.menu.open'), action: { kind: 'show', page: '/' } },
      null,
      ...(engine === 'alive' && status !== null
        ? workRows(status, facts.lastDelivered, texts)
        : [...downRows(facts, texts), null]),
      ...updateRows(facts, texts),
      {
        label: texts.say('desktop.menu.startAtLogin'),
        checked: facts.startAtLogin,
        action: { kind: 'startAtLogin', wanted: !facts.startAtLogin },
      },
      { label: texts.say('desktop.menu.settings'), action: { kind: 'show', page: '/settings' } },
      null,
      { label: texts.say('desktop.menu.quit'), action: { kind: 'quit' } },
    ],
  };
}

function stateOf(engine: EngineState, status: Status | null): TrayState {
  if (engine === 'down') return 'error';
  if (engine !== 'alive' || status === null) return 'busy';
  return status.condition;
}

function workRows(
  status: Status,
  last: TrayFacts['lastDelivered'],
  { say, formats }: Texts,
): (TrayRow | null)[] {
  const shown = status.launchers.slice(0, MAX_LAUNCHERS);
  const hidden = status.launchers.length - shown.length;
  const canRun = status.launchers.some((one) => canStart(one));
  const quarantined = status.launchers.reduce(
    (sum, one) => sum + (one.open['quarantined'] ?? 0),
    0,
  );
  return [
    ...shown.map((one) => launcherRow(one, say)),
    ...(hidden > 0
      ? [{ label: say('desktop.menu.more', { count: hidden }), action: showPage('/launchers') }]
      : []),
    ...(status.launchers.length === 0
      ? [{ label: say('desktop.menu.firstLauncher'), action: showPage('/start') }]
      : []),
    null,
    {
      label: say('desktop.menu.runAll'),
      ...(canRun ? { action: { kind: 'runAll' } as const } : {}),
    },
    pauseRow(status, { say, formats }),
    null,
    last === null
      ? { label: say('desktop.menu.nothingDelivered') }
      : {
          label: say('desktop.menu.lastDelivered', {
            name: menuText(last.title, 48),
            at: last.changedAt,
          }),
          action: showPage(`/items/${last.id}`),
        },
    {
      label: say('desktop.menu.quarantine', { count: quarantined }),
      ...(quarantined > 0 ? { action: showPage('/quarantine') } : {}),
    },
    null,
  ];
}

function launcherRow(launcher: LauncherStatus, say: Texts['say']): TrayRow {
  const { launcherId, condition } = launcher;
  const paused = condition === 'paused';
  return {
    label: say('desktop.menu.launcher', {
      name: menuText(launcher.description, 48),
      state: say(`condition.${condition}`),
    }),
    rows: [
      {
        label: say('desktop.menu.run'),
        ...(canStart(launcher) ? { action: { kind: 'run', launcherId } as const } : {}),
      },
      {
        label: say(paused ? 'desktop.menu.resume' : 'desktop.menu.pause'),
        ...(condition === 'disabled'
          ? {}
          : { action: { kind: 'setPaused', launcherId, paused: !paused } as const }),
      },
      { label: say('desktop.menu.show'), action: showPage(`/launchers/${launcherId}/runs`) },
    ],
  };
}

const canStart = ({ condition }: LauncherStatus): boolean =>
  condition !== 'running' && condition !== 'disabled';

function pauseRow(status: Status, { say }: Pick<Texts, 'say' | 'formats'>): TrayRow {
  if (status.launchers.length === 0) return { label: say('desktop.menu.pauseAll') };
  const choices = (['hour', 'tomorrow', 'resumed'] as const).map((until) => ({
    label: say(`desktop.menu.until.${until}`),
    action: { kind: 'pauseAll', until } as const,
  }));
  const resume = { label: say('desktop.menu.resumeAll'), action: { kind: 'resumeAll' } as const };
  if (!status.allPaused) {
    const some = status.launchers.some((one) => one.condition === 'paused');
    return { label: say('desktop.menu.pauseAll'), rows: some ? [...choices, resume] : choices };
  }
  const { pausedUntil } = status;
  const label =
    pausedUntil === null
      ? say('desktop.menu.allPaused')
      : say('desktop.menu.allPausedUntil', { at: pausedUntil });
  return { label, rows: [resume, ...choices] };
}

function downRows({ engine, reason }: TrayFacts, { say }: Texts): TrayRow[] {
  if (engine !== 'down') {
    return [{ label: say(engine === 'stopping' ? 'desktop.stopping' : 'desktop.starting') }];
  }
  const why = reason === null ? [] : [{ label: menuText(reason, 100) }];
  const restart = { label: say('desktop.menu.restart'), action: { kind: 'restart' } as const };
  return [{ label: say('desktop.engineDown') }, ...why, restart];
}

function updateRows({ update }: TrayFacts, { say }: Texts): TrayRow[] {
  if (update === null) return [];
  return [{ label: say('desktop.menu.update', { version: update }), action: { kind: 'update' } }];
}

const showPage = (page: string): TrayAction => ({ kind: 'show', page });

/** A name from outside as a menu shows it: on one line, not too long, and `&` marks no key. */
export function menuText(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
  return short.replaceAll('&', '&&');
}
