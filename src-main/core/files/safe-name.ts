// One sanitiser for every name that comes from outside. The result is a legal file name on Windows, macOS
// and Linux, never a path, never a device, never one of our temporaries, short enough to be numbered and
// to carry a sidecar's extension. Pure and idempotent; the original name lives on in ledger and sidecar.
import { fitName, splitName } from './name-parts.ts';

export type SafeNameOptions = {
  /** Longest result in UTF-8 bytes (and in UTF-16 units); at least 64. File systems allow 255. */
  readonly maxBytes?: number;
};

export const MAX_NAME_BYTES = 240;
const FALLBACK = 'document';

/** `C:\TEMP\a:b .PDF ` → `a_b .PDF`. Keeps the extension, whatever has to be cut; an empty rest becomes `document`. */
export function safeName(original: string, options: SafeNameOptions = {}): string {
  const maxBytes = Math.max(64, options.maxBytes ?? MAX_NAME_BYTES);
  const text = lastSegment(visible(original))
    .replace(LINE_BREAKS, ' ')
    .replace(FORBIDDEN, '_')
    .trim();
  const room = { maxBytes, maxUnits: maxBytes };
  // Fitted twice: a cut may lay a device bare (`CON` and 300 spaces), and its mark may need room again.
  return fitName(withoutDevice(fitName(withoutDots(text), room)), room);
}

/** Lone surrogates, bidirectional and zero-width characters out; what is left in NFC, so equal names look equal. */
function visible(original: string): string {
  // First removed, then composed: removing a joiner may bring a letter and its accent together.
  return original.toWellFormed().replace(INVISIBLE, '').normalize('NFC');
}

/**
 * A name that is clearly a path (rooted, or walking through `.` or `..`) stands for its last segment: old mail
 * programs send `C:\TEMP\x.png`, attackers `../../x`. Any other separator is part of what somebody wrote
 * ("Facture 12/2026.pdf"), and cutting there would lose the words before it: it becomes `_` like its fellows.
 */
function lastSegment(name: string): string {
  if (!PATH_LIKE.test(name)) return name;
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

/**
 * Windows drops trailing dots and spaces, which makes two names one; a leading dot hides the file on the
 * other systems and is how our own temporaries begin. `.pdf` is an extension without a name.
 */
function withoutDots(text: string): string {
  const name = text.replace(/^[.\s]+/u, '').replace(/[.\s]+$/u, '');
  if (name === '') return FALLBACK;
  const isBareExtension =
    text.startsWith('.') && splitName(`${FALLBACK}.${name}`).stem === FALLBACK;
  return isBareExtension ? `${FALLBACK}.${name}` : name;
}

/** `CON.pdf`, `nul`, `com¹.tar.gz` are devices with any extension, and with spaces before it. */
function withoutDevice(name: string): string {
  const [beforeDot = ''] = name.split('.', 1);
  return DEVICE.test(beforeDot.trimEnd()) ? `_${name}` : name;
}

/** Lower-case last extension without its dot; empty where there is none (`v1.2 final` has none). */
export function extensionOf(name: string): string {
  const { suffix } = splitName(name.replace(/[.\s]+$/u, ''));
  return suffix.slice(suffix.lastIndexOf('.') + 1).toLowerCase();
}

/** Lower-case, wrappers included: `tar.gz`, `pdf.p7m`; otherwise the same as `extensionOf`. */
export function fullSuffixOf(name: string): string {
  return splitName(name.replace(/[.\s]+$/u, ''))
    .suffix.slice(1)
    .toLowerCase();
}

const PATH_LIKE = /^[a-z]:[\\/]|^[\\/]|(?:^|[\\/])\.\.?(?:[\\/]|$)/iu;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/* eslint-disable no-control-regex, no-misleading-character-class -- these are the characters to take out */
const INVISIBLE =
  /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF0-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E007F}]/gu;
// Windows' nine, the controls, what a failed decoding leaves, non-characters, and the look-alikes of separators
// that Windows turns into real ones for programs of its 8-bit world (best-fit mapping).
const FORBIDDEN =
  /[<>:"/\\|?*\u0000-\u001F\u007F-\u009F\uFFFD\uFDD0-\uFDEF\uFFFE\uFFFF\u2044\u2215\u2216\uFF0F\uFF3C]+/gu;
/* eslint-enable no-control-regex, no-misleading-character-class */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)$/iu;
