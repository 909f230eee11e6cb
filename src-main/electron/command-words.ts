// The words the desktop program understands: `--hidden` (start in the tray), `--page=/quarantine`, `--data DIR`,
// `--headless …` (everything after it is for the `lanceur` command). Whatever Chromium or Windows adds is passed over.
export type DesktopWords = {
  readonly hidden: boolean;
  /** A page of the window; only addresses that look like one. */
  readonly page: string | undefined;
  readonly dataDir: string | undefined;
};

export const HIDDEN = '--hidden';

/** The command's words after `--headless`; undefined = the desktop is meant. */
export function headlessWords(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf('--headless');
  return at === -1 ? undefined : argv.slice(at + 1);
}

export function readWords(argv: readonly string[]): DesktopWords {
  const page = valueOf(argv, '--page');
  return {
    hidden: argv.includes(HIDDEN),
    page: page !== undefined && isPage(page) ? page : undefined,
    dataDir: valueOf(argv, '--data'),
  };
}

export const isPage = (text: string): boolean => /^\/(?!\/)[\w/-]{0,200}$/.test(text);

function valueOf(argv: readonly string[], name: string): string | undefined {
  const joined = argv.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = argv.indexOf(name);
  const next = at === -1 ? undefined : argv[at + 1];
  return next?.startsWith('--') === true ? undefined : next;
}
