// Which entries of a folder are none of a launcher's business: our own temporaries and folders, the clutter that
// systems and office programs leave behind, hidden names. Pure.
import { isOurTemp } from '../../files/temp-name.ts';

export type SkipRules = {
  readonly recursive: boolean;
  readonly includeHidden: boolean;
  /** Keys (`a/b/`) of folders of the launcher itself, such as its archive; never looked into. */
  readonly ownFolders: readonly string[];
  /** Windows and macOS: the same folder may be written in another case. */
  readonly ignoreCase: boolean;
};

// Thumbs.db and desktop.ini: Explorer; ~$: Office; .~lock: LibreOffice (a dot name); Icon\r: Finder.
const CLUTTER_FILE = /^(?:thumbs\.db|ehthumbs\.db|desktop\.ini|~\$.*|\..*|icon\r)$/i;
// Recycle bins and index folders of Windows, Synology, QNAP; what fsck found.
const CLUTTER_FOLDER =
  /^(?:\..*|\$recycle\.bin|system volume information|#recycle|@recycle|@eadir|lost\+found)$/i;

export function skipsFile(rules: SkipRules, name: string): boolean {
  const first = name.charCodeAt(0);
  // Cheap first: a look passes here a hundred thousand times.
  if (first === 0x2e /* . */ && isOurTemp(name)) return true;
  return !rules.includeHidden && CLUTTER_FILE.test(name);
}

/** `parentKey`: '' for the root, else ending in `/`. */
export function skipsFolder(rules: SkipRules, parentKey: string, name: string): boolean {
  if (!rules.recursive) return true;
  // A destination may build an envelope under a temporary name inside the tree.
  if (isOurTemp(name)) return true;
  if (!rules.includeHidden && CLUTTER_FOLDER.test(name)) return true;
  const key = `${parentKey}${name}/`;
  if (!rules.ignoreCase) return rules.ownFolders.includes(key);
  const folded = key.toLowerCase();
  return rules.ownFolders.some((own) => own.toLowerCase() === folded);
}
