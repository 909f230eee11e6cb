// The JavaScript spelling of a tree, for the flags `v` or `iv`. Every character is escaped afresh, so
// nothing of the user's spelling can be read in another way than the tree says.
import { assertNever } from '../errors.ts';
import type { RegexNode } from './regex-nodes.ts';

// \b of Python 3 knows accented letters; JavaScript's does not.
const WORD = '[\\p{L}\\p{N}_]';
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const NO_EDGE = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;

export function toJsSource(node: RegexNode): string {
  switch (node.kind) {
    case 'text':
      return node.text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
    case 'any':
      // JavaScript's dot also stops at \r, U+2028 and U+2029; Python's does not.
      return node.newline ? '[\\s\\S]' : '[^\\n]';
    case 'set':
      return node.source;
    case 'start':
      return '^';
    case 'end':
      return '$';
    case 'edge':
      return node.negated ? NO_EDGE : EDGE;
    case 'back':
      // In a group, lest a digit that follows be read as part of the number.
      return `(?:\\${node.group})`;
    case 'group':
      return `(${node.capture === null ? '?:' : ''}${toJsSource(node.body)})`;
    case 'look':
      return `(?${node.ahead ? '' : '<'}${node.negated ? '!' : '='}${toJsSource(node.body)})`;
    case 'repeat':
      return `(?:${toJsSource(node.body)})${count(node.min, node.max)}${node.lazy ? '?' : ''}`;
    case 'sequence':
      return node.items.map(toJsSource).join('');
    case 'choice':
      return `(?:${node.options.map(toJsSource).join('|')})`;
    default:
      return assertNever(node);
  }
}

function count(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  return min === 0 && max === 1 ? '?' : `{${min},${max}}`;
}
