// Refuses back-references that Python and JavaScript read differently: to a group that may not have taken
// part, JavaScript lets them match nothing where Python fails; forward ones Python refuses altogether.
import { assertNever } from '../errors.ts';
import type { RegexNode } from './regex-nodes.ts';
import type { Fail } from './regex-reader.ts';

export function checkReferences(root: RegexNode, fail: Fail): void {
  visit(root, true, new Set(), fail);
}

/** `certain`: no match can pass without going through this node exactly once. `closed` collects such groups. */
function visit(node: RegexNode, certain: boolean, closed: Set<number>, fail: Fail): void {
  switch (node.kind) {
    case 'sequence':
      for (const item of node.items) visit(item, certain, closed, fail);
      return;
    case 'choice':
      for (const option of node.options) visitApart(option, closed, fail);
      return;
    case 'repeat':
      if (node.min === 1 && node.max === 1) visit(node.body, certain, closed, fail);
      else visitApart(node.body, closed, fail);
      return;
    case 'look':
      if (node.negated) visitApart(node.body, closed, fail);
      else visit(node.body, certain, closed, fail);
      return;
    case 'group':
      visit(node.body, certain, closed, fail);
      if (node.capture !== null && certain) closed.add(node.capture);
      return;
    case 'back':
      if (!closed.has(node.group)) throw fail('filter.reference', node.construct, 0);
      return;
    case 'any':
    case 'edge':
    case 'end':
    case 'set':
    case 'start':
    case 'text':
      return;
    default:
      assertNever(node);
  }
}

/** Groups set inside are good for references inside, and forgotten outside. */
function visitApart(node: RegexNode, closed: Set<number>, fail: Fail): void {
  visit(node, true, new Set(closed), fail);
}
