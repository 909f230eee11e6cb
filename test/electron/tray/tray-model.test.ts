import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LauncherId } from '#contract/ids';
import { LauncherCondition, Status } from '#contract/model/status';
import { desktopTexts } from '../../../src-main/electron/desktop-texts.ts';
import {
  menuText,
  type TrayFacts,
  type TrayRow,
  trayView,
} from '../../../src-main/electron/tray/tray-model.ts';
import { TOOLTIP_LIMIT } from '../../../src-main/electron/tray/tray-tooltip.ts';
import { ended, facts, launcher, status } from './facts.ts';

const fr = desktopTexts('fr', 'en-GB');
const en = desktopTexts('en', 'fr-FR');
const view = (given: Partial<TrayFacts>) => trayView(facts(given), fr);
const rows = (given: Partial<TrayFacts>): TrayRow[] =>
  view(given).rows.filter((row) => row !== null);
const row = (given: Partial<TrayFacts>, label: RegExp): TrayRow | undefined =>
  rows(given).find((one) => label.test(one.label));

describe('the icon', () => {
  it.each(Status.shape.condition.options)('is %s where the core is', (condition) => {
    expect(view({ status: status({ condition }) }).state).toBe(condition);
  });

  it.each(Status.shape.condition.options)(
    'is error over a dead engine, though it last said %s',
    (condition) => {
      const dead = view({ engine: 'down', status: status({ condition }) });

      expect(dead.state).toBe('error');
      expect(dead.tooltip).toContain('ne répond plus');
    },
  );

  it.each(['starting', 'stopping'] as const)('never says fine while %s', (engine) => {
    expect(view({ engine }).state).toBe('busy');
  });
});

describe('the menu of a launcher', () => {
  it.each(LauncherCondition.options)('shows that it is %s', (condition) => {
    const label = row(
      { status: status({ launchers: [launcher({ condition })] }) },
      /Scanner/,
    )?.label;

    expect(label).toBe(`Scanner accueil (${fr.say(`condition.${condition}`)})`);
  });

  it.each([
    ['idle', 'run', { kind: 'setPaused', launcherId: 'a', paused: true }],
    ['paused', 'run', { kind: 'setPaused', launcherId: 'a', paused: false }],
    ['running', undefined, { kind: 'setPaused', launcherId: 'a', paused: true }],
    ['disabled', undefined, undefined],
  ] as const)('lets one that is %s run (%s) and pause', (condition, run, pause) => {
    const one = row({ status: status({ launchers: [launcher({ condition })] }) }, /Scanner/);

    expect(one?.rows?.[0]?.action?.kind).toBe(run);
    expect(one?.rows?.[1]?.action).toEqual(pause);
    expect(one?.rows?.[2]?.action).toEqual({ kind: 'show', page: '/launchers/a/runs' });
  });

  it('is not longer than a screen: the rest is one row that opens the list', () => {
    const launchers = Array.from({ length: 50 }, (_, index) =>
      launcher({ launcherId: LauncherId.parse(`l${index}`), description: `L${index}` }),
    );

    const shown = rows({ status: status({ launchers }) });

    expect(shown.filter(({ label }) => label.startsWith('L')).length).toBe(20);
    expect(row({ status: status({ launchers }) }, /30 autres/)?.action).toEqual({
      ...{ kind: 'show', page: '/launchers' },
    });
  });
});

describe('the menu', () => {
  it('counts what is in quarantine, and leads there', () => {
    const launchers = [
      launcher({ open: { quarantined: 2 } }),
      launcher({ open: { quarantined: 1, unrouted: 4 } }),
    ];

    expect(row({ status: status({ launchers }) }, /Quarantaine : 3 éléments/)?.action).toEqual({
      ...{ kind: 'show', page: '/quarantine' },
    });
    expect(row({}, /Quarantaine : 0/)?.action).toBeUndefined();
  });

  it('offers to pause for an hour, until tomorrow, until resumed; and to resume', () => {
    const choices = row({}, /Tout mettre en pause/)?.rows?.map((one) => one.action);
    expect(choices).toEqual(
      ['hour', 'tomorrow', 'resumed'].map((until) => ({ kind: 'pauseAll', until })),
    );

    const pausedUntil = '2026-01-05T10:00:00Z';
    const paused = { status: status({ allPaused: true, pausedUntil, condition: 'paused' }) };

    expect(row(paused, /jusqu'au/)?.rows?.[0]?.action).toEqual({ kind: 'resumeAll' });
  });

  it('of a dead engine has nothing that needs it, but says why and how to go on', () => {
    const labels = rows({ engine: 'down', reason: 'La base est abîmée.' }).map((one) => one.label);

    expect(labels).toEqual([
      ...['Ouvrir Lanceur COLD', 'le moteur ne répond plus', 'La base est abîmée.'],
      ...['Redémarrer le programme', 'Démarrer avec la session', 'Réglages', 'Quitter'],
    ]);
  });

  it('offers a newer version that is ready', () => {
    expect(row({ update: '2.0.0' }, /2\.0\.0/)?.action).toEqual({ kind: 'update' });
  });

  it('speaks English too', () => {
    expect(trayView(facts(), en).rows[0]?.label).toBe('Open Lanceur COLD');
  });

  it('shows names from outside on one line, cut, and with their ampersands', () => {
    expect(menuText('Eau & Cie\n\tscan', 40)).toBe('Eau && Cie scan');
    expect(menuText('x'.repeat(80), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

describe('the tooltip', () => {
  it('says how things stand, the last result and the next run', () => {
    const launchers = [
      launcher({ lastRun: ended('2026-01-05T08:50:00Z') }),
      launcher({
        description: 'Mairie',
        nextRunAt: '2026-01-05T09:05:00Z',
        lastRun: ended('2026-01-05T08:10:00Z', 0, 'failed'),
      }),
    ];

    const [head, last, next] = view({ status: status({ launchers }) }).tooltip.split('\n');

    expect(head).toBe('Lanceur COLD : au repos');
    expect(last).toMatch(/^Dernier : Scanner accueil, 3 documents, \d\d:50$/);
    expect(next).toMatch(/^Prochain : Mairie, \d\d:05$/);
  });

  it('is never cut by Windows, whatever the names are', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300, unit: 'grapheme' }),
        fc.constantFrom('fr', 'en'),
        fc.constantFrom('alive', 'down', 'starting'),
        (description, language, engine) => {
          const lastRun = ended('2026-01-01T08:50:00Z', 123_456);
          const launchers = [launcher({ description, lastRun, nextRunAt: '2027-01-01T00:00:00Z' })];
          const texts = language === 'fr' ? fr : en;
          const given = facts({ engine, reason: description, status: status({ launchers }) });

          const { tooltip } = trayView(given, texts);

          expect(tooltip.length).toBeLessThanOrEqual(TOOLTIP_LIMIT);
          expect(tooltip).toMatch(/^Lanceur COLD/);
        },
      ),
    );
  });

  it('shortens names before it leaves out a line', () => {
    const description = 'Numérisation du service des affaires scolaires et périscolaires';
    const lastRun = ended('2026-01-05T08:50:00Z', 1234);
    const long = view({ status: status({ launchers: [launcher({ description, lastRun })] }) });

    expect(long.tooltip.split('\n')).toHaveLength(3);
    expect(long.tooltip).toContain('…');
  });
});
