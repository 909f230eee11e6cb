// Names that are never part of an envelope: what macOS and Windows leave behind, and uploads under way. Pure.
import { isOurTemp } from '../../files/temp-name.ts';

const CLUTTER = /^(?:\._.*|\.ds_store|thumbs\.db|ehthumbs\.db|desktop\.ini|~\$.*|\.~lock\..*)$/iu;
const CLUTTER_FOLDER = /^(?:__macosx|\.git|\.svn|@eadir|\$recycle\.bin)$/iu;
/** SFTP clients, browsers and Pastell's own suffix write under these and rename at the end. */
const UPLOAD = /\.(?:part|tmp|filepart|partial|crdownload|uploading|ocre?)$/iu;

/** `name`: inside the unit, `/` as separator. */
export function isIgnoredName(name: string): boolean {
  const parts = name.split('/');
  const file = parts.pop() ?? '';
  return CLUTTER.test(file) || isUpload(name) || parts.some(isIgnoredFolder);
}

/** Also what this program builds or removes under a temporary name. */
const isIgnoredFolder = (name: string): boolean => CLUTTER_FOLDER.test(name) || isOurTemp(name);

/** Still arriving: its unit is not complete, whatever else says so. */
export const isUpload = (name: string): boolean => UPLOAD.test(name);
