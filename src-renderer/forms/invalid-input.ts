// What the contract or the core refuses in a form, as a code with parameters at its field. Pure.
import type { z } from 'zod';
import type { BridgeError } from '../bridge/bridge-error.ts';
import type { TextParams } from '../i18n/shared-texts.ts';

export type FieldFault = { readonly code: string; readonly params: TextParams };
export type FieldFaults = Readonly<Record<string, FieldFault>>;

/** One fault per field, by dotted path. Codes are those under `window.invalid`. */
export function faultsOf(error: z.ZodError): FieldFaults {
  const faults = error.issues.map(
    (issue) => [issue.path.map(String).join('.'), faultOf(issue)] as const,
  );
  // The first complaint about a field is the one that helps.
  return Object.fromEntries<FieldFault>(faults.toReversed());
}

/** What the core refused at a field, as the fault of that field; null where it concerns none. */
export function faultsAt(error: BridgeError | null): FieldFaults | null {
  if (error?.field === undefined || error.field === '') return null;
  return { [error.field]: { code: error.code, params: error.params } };
}

function faultOf(issue: z.core.$ZodIssue): FieldFault {
  if (issue.code === 'too_small') {
    const isText = issue.origin === 'string';
    return isText ? fault('missing') : fault('tooSmall', { min: Number(issue.minimum) });
  }
  if (issue.code === 'too_big') {
    const isText = issue.origin === 'string';
    return fault(isText ? 'tooLong' : 'tooBig', { max: Number(issue.maximum) });
  }
  if (issue.code !== 'invalid_type') return fault('badForm');
  return fault(issue.expected === 'number' || issue.expected === 'int' ? 'notANumber' : 'missing');
}

const fault = (what: string, params: TextParams = {}): FieldFault => ({
  code: `window.invalid.${what}`,
  params,
});
