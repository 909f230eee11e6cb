// Reads the sources and the locale files, to compare what is said with what can be said.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { isPlural, type Messages } from '#contract/texts/texts';

const root = join(import.meta.dirname, '../..');

export type Source = { readonly path: string; readonly text: string };

export function sources(folder: 'src-main' | 'src-renderer'): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:ts|cjs|vue)$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, folder, path), 'utf8') }));
}

/** The files that the program is made of: what its entry imports, and what that imports. */
export function reachable(entry: string, all: readonly Source[]): Source[] {
  const byPath = new Map(all.map((source) => [normalize(source.path), source]));
  const found = new Set<Source>();
  const visit = (path: string): void => {
    const source = byPath.get(normalize(path));
    if (source === undefined || found.has(source)) return;
    found.add(source);
    for (const [, wanted = ''] of source.text.matchAll(/(?:from|import\()\s*'([^']+)'/g)) {
      if (wanted.startsWith('#contract/')) visit(`contract/${wanted.slice(10)}.ts`);
      if (wanted.startsWith('.')) visit(join(dirname(source.path), wanted));
    }
  };
  visit(entry);
  return [...found];
}

export function locale(language: 'fr' | 'en'): Messages {
  const file = join(root, `resources/locales/${language}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Messages;
}

/** Dotted key → sentence; the forms of a plural are one entry, joined. */
export function sentences(messages: Messages, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, node] of Object.entries(messages)) {
    const key = prefix + name;
    if (typeof node === 'string') found.set(key, node);
    else if (isPlural(node)) found.set(key, Object.values(node).map(String).join(' | '));
    else for (const [inner, text] of sentences(node, `${key}.`)) found.set(inner, text);
  }
  return found;
}

const AREA_CODE = /[a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+/.source;
/** How errors, reasons and warnings come into being in the sources. */
const MAKERS = [
  `\\bnew (?:Config|Auth|Transient|Refused|Gone|App)Error\\(\\s*(?:'[a-z]+',\\s*)?'(${AREA_CODE})'`,
  `\\b(?:usageError|refused|refuse|transient|fail|defer|because|configError)\\((?:'[a-z]+', )?'(${AREA_CODE})'`,
  `\\b(?:code|warning): '(${AREA_CODE})'`,
  `\\bstatus: \\d+, code: '(${AREA_CODE})'`,
];

/** Every code that is written out in the sources, with a file that makes it. */
export function madeCodes(all: readonly Source[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { path, text } of all) {
    for (const maker of MAKERS) {
      for (const match of text.matchAll(new RegExp(maker, 'g'))) found.set(match[1] ?? '', path);
    }
  }
  return found;
}

/** Keys given to `say` as they are. */
export function saidKeys(all: readonly Source[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { path, text } of all) {
    for (const match of text.matchAll(/\bsay\(\s*'([A-Za-z.]+)'/g)) found.set(match[1] ?? '', path);
  }
  return found;
}

/** Whether `key` stands in the sources, whole or made from a template and its last part. */
export function isMentioned(key: string, all: readonly Source[]): boolean {
  const [last = ''] = key.split('.').slice(-1);
  const stem = key.slice(0, -last.length);
  return all.some(
    ({ text }) =>
      text.includes(`'${key}'`) ||
      (text.includes(`\`${stem}\${`) && new RegExp(`['.]${last}\\b|\\b${last}:`).test(text)),
  );
}
