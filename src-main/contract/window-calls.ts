// Calls that a window needs beyond those of the command: choosing folders, trying what is not saved yet, many items at once,
// figures, settings.
import { z } from 'zod';
import { ItemId, LauncherId } from './ids.ts';
import { BrowseReport, MailboxFolder } from './model/browse.ts';
import { CheckReport } from './model/check.ts';
import { DayFigures } from './model/figures.ts';
import { LauncherDraft } from './model/launcher.ts';
import { PreviewItem } from './model/preview.ts';
import { About, Settings } from './model/settings.ts';

export const nothing = z.object({});
const Draft = z.object({ draft: LauncherDraft });
const Many = z.object({ ids: z.array(ItemId).min(1).max(5000) });
export const Limit = z.number().int().min(1).max(5000).default(100);

export const windowCalls = {
  /** Sub-folders of `path` on the core's machine; empty = where to begin. Takes a typed UNC path too. */
  'folders.browse': {
    input: z.object({ path: z.string().max(4096).default('') }),
    output: BrowseReport,
  },

  /** As `launchers.check`, for a launcher as it stands in a form. */
  'launchers.checkDraft': { input: Draft, output: CheckReport },
  'launchers.previewDraft': { input: Draft.extend({ limit: Limit }), output: z.array(PreviewItem) },
  'launchers.draftFolders': {
    input: Draft,
    output: z.array(MailboxFolder),
  },
  /** Names as the source offers them, those that are known already included: to try a filter on. */
  'launchers.draftNames': { input: Draft.extend({ limit: Limit }), output: z.array(z.string()) },

  /** Tries again what can be tried again; the others are passed over. */
  'items.retryMany': { input: Many, output: z.object({ count: z.number().int() }) },
  /** Puts aside for good what nobody wants: it is asked for no more, until somebody tries it again. */
  'items.dismiss': { input: Many, output: z.object({ count: z.number().int() }) },

  /** One row per local day, oldest first, today last; days without documents included. */
  'figures.days': {
    input: z.object({
      days: z.number().int().min(1).max(366).default(14),
      launcherId: LauncherId.optional(),
    }),
    output: z.array(DayFigures),
  },

  'settings.get': { input: nothing, output: Settings },
  'settings.save': { input: Settings, output: Settings },
  'about.get': { input: nothing, output: About },
  /** Versions, configuration, state and log, as text for whoever helps: no secret, no document. */
  /**
   * What a program that stays does by itself, for one that is started for each run: once a day the database is copied, and old
   * history goes. A failure is logged.
   */
  'program.tend': { input: nothing, output: nothing },
  'support.bundle': { input: nothing, output: z.object({ name: z.string(), text: z.string() }) },
} as const;
