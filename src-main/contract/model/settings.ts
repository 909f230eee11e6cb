// Settings of the whole program, kept in its data folder. What concerns one window only (theme, width of the tree) is
// kept by that window.
import { z } from 'zod';

export const Settings = z.object({
  /** Language of notifications, of mails the program writes, and of a window that has chosen none. */
  language: z.enum(['system', 'fr', 'en']).default('system'),
  /** The desktop shell starts with the session; elsewhere without effect. */
  startAtLogin: z.boolean().default(false),
  /** The installed desktop program looks for newer versions and puts them in between two runs. */
  updates: z.boolean().default(true),
  /** What the desktop says out loud. */
  notify: z
    .object({
      failures: z.boolean().default(true),
      signIn: z.boolean().default(true),
      quarantine: z.boolean().default(true),
      recovery: z.boolean().default(true),
    })
    .prefault({}),
  logLevel: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  /** Days that log files are kept. */
  logDays: z.number().int().min(1).max(3650).default(14),
  /**
   * Days that the journal, the runs and unreadable mails are kept; 0 = for ever. What was delivered is never forgotten: it keeps a
   * document from coming twice.
   */
  historyDays: z.number().int().min(0).max(36_500).default(730),
  /** Launchers at work side by side; the others wait in line. */
  launchersAtOnce: z.number().int().min(1).max(32).default(4),
  proxy: z
    .object({
      /** `http://host:port` for HTTPS to Microsoft, Google and other providers; empty = the system's environment. Mail servers are reached directly. */
      url: z
        .string()
        .trim()
        .max(500)
        // As administrators write it down: `proxy:3128`.
        .overwrite((text) => (/^[\w.-]+:\d+$/.test(text) ? `http://${text}` : text))
        .regex(/^(?:https?:\/\/[^\s/]+\/?)?$/)
        .default(''),
      /** Hosts reached without it, separated by commas. */
      except: z.string().trim().max(2000).default(''),
    })
    .prefault({}),
});
export type Settings = z.output<typeof Settings>;

/** What is running, and where it keeps things. */
export const About = z.object({
  version: z.string(),
  startedAt: z.string(),
  node: z.string(),
  sqlite: z.string(),
  platform: z.string(),
  dataDir: z.string(),
  logDir: z.string(),
  databaseBytes: z.number(),
});
export type About = z.infer<typeof About>;
