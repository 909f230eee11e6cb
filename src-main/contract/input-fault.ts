// What is wrong with a value that the contract does not take, as a sentence's key and parameters: the words of the schema
// library are English, and written for programmers.
import type { z } from 'zod';
import type { ErrorParams } from './error-codes.ts';

/** `fault` is a key of `reasons.inputFault.…`; the other parameters fill its sentence. */
export type InputFault = ErrorParams & { readonly fault: string };

export function inputFault(issue: z.core.$ZodIssue | undefined): InputFault {
  switch (issue?.code) {
    case 'invalid_type':
      return issue.expected === 'never'
        ? fault('notHere')
        : fault('wrongType', { expected: issue.expected });
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return fault('empty');
      return fault(`${sized(issue.origin)}Min`, { limit: Number(issue.minimum) });
    case 'too_big':
      return fault(`${sized(issue.origin)}Max`, { limit: Number(issue.maximum) });
    case 'invalid_format':
      return fault('badForm');
    case 'invalid_value':
      return fault('notOneOf', { known: issue.values.map(String).join(', ') });
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? fault('notOneOf', { known: issue.options.map(String).join(', ') })
        : fault('badForm');
    case 'unrecognized_keys':
      return fault('unknownName', { known: issue.keys.join(', ') });
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case undefined:
      return fault('other');
  }
}

const fault = (name: string, params: ErrorParams = {}): InputFault => ({
  fault: `reasons.inputFault.${name}`,
  ...params,
});

/** What the limit counts: characters, entries, or the number itself. */
const sized = (origin: string): 'text' | 'list' | 'number' =>
  origin === 'string' ? 'text' : origin === 'array' ? 'list' : 'number';
