// The YAML that a Pastell writes: one flat map of texts and lists of texts, in every spelling of a text. Anything nested
// deeper is refused, and each line is looked at once: general YAML parsers can be kept busy for minutes by a small file.
import { foldLines, unquote, withoutComment, YamlLines } from './yaml-text.ts';

/** Texts stay the text they are (`no`, `0012`, `2026-11-22`); `~`, `null` and nothing are ''. */
export type FlatYaml = ReadonlyMap<string, string | readonly string[]>;

/** null = not this kind of YAML. */
export function parseFlatYaml(text: string): FlatYaml | null {
  const lines = new YamlLines(text);
  const entries = new Map<string, string | readonly string[]>();
  for (let line = lines.skipBlank(); line !== null; line = lines.skipBlank()) {
    if (/^\.\.\.\s*$/u.test(line)) break;
    lines.next();
    if (/^---\s*$/u.test(line) && entries.size === 0) continue;
    const found = KEY.exec(line);
    const key = unquote(found?.[1]?.trim() ?? '');
    if (found === null || key === null || key === '' || entries.has(key)) return null;
    const value = readValue(line.slice(found[0].length).trim(), lines);
    if (value === null) return null;
    entries.set(key, value);
  }
  return entries.size === 0 ? null : entries;
}

/** Behind the colon comes a blank or the end: `http://x` is no key. */
const KEY = /^([\w.][\w. -]{0,200}|'[^'\n]{0,200}'|"[^"\\\n]{0,200}")[ \t]{0,8}:(?=[ \t]|$)/u;
const LIST_ITEM = /^([ \t]*)-(?:[ \t]|$)/u;

function readValue(text: string, lines: YamlLines): string | readonly string[] | null {
  if (text === '' || text.startsWith('#')) {
    const next = lines.skipBlank();
    return next !== null && LIST_ITEM.test(next) ? readList(lines) : readOnNextLine(lines);
  }
  if (text.startsWith('[')) return readFlowList(text);
  return /^\{\s*\}$/u.test(text) ? '' : readText(text, lines, 0);
}

function readList(lines: YamlLines): readonly string[] | null {
  const items: string[] = [];
  for (let line = lines.skipBlank(); line !== null; line = lines.skipBlank()) {
    const marker = LIST_ITEM.exec(line);
    if (marker === null) break;
    lines.next();
    const rest = line.slice(marker[0].length).trim();
    // A list or a map inside the list.
    if (LIST_ITEM.test(rest) || /^(?:[[{]|\?(?:\s|$))/u.test(rest) || KEY.test(rest)) return null;
    const item = readText(rest, lines, marker[1]?.length ?? 0);
    if (item === null) return null;
    items.push(item);
  }
  return items;
}

/** A text that begins on the line after its key; a map there is nesting. */
function readOnNextLine(lines: YamlLines): string | null {
  const line = lines.peek();
  if (line === null || !/^[ \t]/u.test(line)) return '';
  lines.next();
  return KEY.test(line.trim()) ? null : readText(line.trim(), lines, 0);
}

const FLOW_ITEM = /^(?:('(?:[^']|'')*'|"(?:[^"\\]|\\.)*")[ \t]*|([^\s,[\]{}"'][^,[\]{}]*))(?:,|$)/u;

function readFlowList(text: string): readonly string[] | null {
  const inside = /^\[(.*)\]$/u.exec(withoutComment(text))?.[1];
  if (inside === undefined) return null;
  const items: string[] = [];
  for (let rest = inside.trim(); rest !== '';) {
    const found = FLOW_ITEM.exec(rest);
    const item = found === null ? null : unquote((found[1] ?? found[2] ?? '').trim());
    if (found === null || item === null) return null;
    items.push(item);
    rest = rest.slice(found[0].length).trimStart();
  }
  return items;
}

/** `indent`: of the key or dash that the text belongs to; its further lines stand deeper. */
function readText(text: string, lines: YamlLines, indent: number): string | null {
  // Anchors, aliases, tags, maps, directives: nothing that a Pastell writes.
  if (/^(?:[&*!{%@`]|\?(?:\s|$))/u.test(text)) return null;
  const block = /^([|>])([+-]?)([1-9]?)([+-]?)$/u.exec(withoutComment(text));
  if (block) {
    const [, style, before = '', digit = '', after = ''] = block;
    const body = lines.block(indent, digit === '' ? 0 : indent + Number(digit), before + after);
    return style === '>' ? foldBlock(body) : body;
  }
  if (/^["']/u.test(text)) return readQuoted(text, lines);
  const parts = [withoutComment(text), ...lines.deeper(indent).map(withoutComment)];
  const joined = parts.join(' ').trim();
  // A map on one line, or on the lines below.
  if (parts.some((part) => /:(?:\s|$)/u.test(part) || LIST_ITEM.test(part))) return null;
  return joined === '~' || joined === 'null' ? '' : joined;
}

/** The line ends behind the last line stay as they are. */
function foldBlock(body: string): string {
  const end = /\n*$/u.exec(body)?.[0] ?? '';
  return foldLines(body.slice(0, body.length - end.length).split('\n')) + end;
}

function readQuoted(text: string, lines: YamlLines): string | null {
  const closing = text.startsWith("'")
    ? /^(?:[^']|'')*'[ \t]*(?:[ \t]#.*)?$/u
    : /^(?:[^"\\]|\\.)*"[ \t]*(?:[ \t]#.*)?$/u;
  const parts = [text];
  let isOpen = !closing.test(text.slice(1));
  while (isOpen) {
    const line = lines.next();
    if (line === null) return null;
    parts.push(line.trim());
    isOpen = !closing.test(line);
  }
  const last = parts.pop() ?? '';
  const quote = last.lastIndexOf(text.charAt(0));
  return unquote(foldLines([...parts, last.slice(0, quote + 1)]));
}
