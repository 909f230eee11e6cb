// A result as JSON for scripts. What could trouble a terminal is escaped, so nothing is lost.
import type { Terminal } from '../terminal/terminal.ts';

export function printJson(terminal: Terminal, value: unknown): void {
  const text = JSON.stringify(value, null, 2);
  terminal.data(text.replace(TROUBLESOME, escaped));
}

const TROUBLESOME = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
