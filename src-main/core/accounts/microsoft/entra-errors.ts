// What Microsoft Entra refuses, as errors people can act on. Pure: table-tested. Numbers and their meaning:
// learn.microsoft.com/entra/identity-platform/reference-error-codes.
import { z } from 'zod';
import { AuthError, ConfigError, TransientError, type AppError } from '../../errors.ts';
import type { SignInWay } from '#contract/model/sign-in';
import type { Audience } from '../token-provider.ts';

/** The body of a refusal (RFC 6749 §5.2, with Microsoft's numbers). */
export const EntraRefusal = z.object({
  error: z.string(),
  error_description: z.string().catch(''),
  error_codes: z.array(z.number()).catch([]),
  suberror: z.string().catch(''),
});
export type EntraRefusal = z.infer<typeof EntraRefusal>;

export type RefusalContext = {
  /** Account's name. */
  readonly account: string;
  readonly clientId: string;
  readonly tenant: string;
  /** The way in which somebody signs in; or whom the token is for that is being renewed. */
  readonly purpose: SignInWay | Audience;
  /** For the administrator: the page to open, and what it asks for. */
  readonly adminConsentUrl: string;
  readonly permissions: string;
};

export function entraError(refusal: EntraRefusal, context: RefusalContext): AppError {
  const number = numberOf(refusal);
  const code = NUMBERS.get(number) ?? NAMES.get(refusal.error) ?? 'refused';
  return toError(code, context, { number, text: firstLine(refusal) });
}

/** The sign-in ended without an answer: nobody typed the code in time. */
export function codeExpired(context: RefusalContext): AppError {
  return toError('codeExpired', context, { number: 0, text: '' });
}

type Code =
  | 'accountDisabled'
  | 'accountLocked'
  | 'adminConsent'
  | 'applicationDisabled'
  | 'applicationUnknown'
  | 'badCode'
  | 'blockedByPolicy'
  | 'busy'
  | 'certificateRefused'
  | 'clockWrong'
  | 'codeExpired'
  | 'consentDeclined'
  | 'declined'
  | 'deviceNotManaged'
  | 'expired'
  | 'mfaNeeded'
  | 'notAssigned'
  | 'passwordChanged'
  | 'passwordExpired'
  | 'permissionsMissing'
  | 'publicFlowOff'
  | 'redirectMissing'
  | 'refused'
  | 'riskBlocked'
  | 'serviceMissing'
  | 'signInAgain'
  | 'singleTenant'
  | 'tenantRestricted'
  | 'tenantUnknown'
  | 'wrongCloud'
  | 'wrongPassword'
  | 'wrongTenant';

const TABLE: Readonly<Partial<Record<Code, readonly number[]>>> = {
  adminConsent: [65001, 90093, 90094, 90095, 90008, 90099],
  blockedByPolicy: [53003, 53002, 50005, 50131, 530032, 530035, 50127],
  deviceNotManaged: [53000, 53001, 50097, 50129, 50155, 50187, 135011, 700003],
  riskBlocked: [53011, 530034, 50135, 53010],
  notAssigned: [50105],
  tenantRestricted: [50002, 500021, 500022, 500212, 500213],
  wrongTenant: [50020, 50034, 51004, 16000, 16003, 50014, 90072, 500208, 50177, 50178],
  mfaNeeded: [50072, 50074, 50076, 50079, 50158, 53004, 50125, 51006],
  expired: [70008, 700082, 700084, 70043, 50078, 50089],
  passwordChanged: [50173, 50132, 50133],
  passwordExpired: [50055, 50144],
  wrongPassword: [50126, 50056, 50064],
  accountDisabled: [50057],
  accountLocked: [50053, 80012],
  signInAgain: [50058, 50140, 50199, 50085, 50139, 50197, 70000, 54005, 50196],
  consentDeclined: [65004],
  codeExpired: [70019],
  badCode: [70018, 50134],
  applicationUnknown: [700016, 700011, 70001],
  applicationDisabled: [7000112],
  publicFlowOff: [7000218, 70003],
  permissionsMissing: [650056, 650057, 65005, 65002, 70011, 28002, 28003],
  serviceMissing: [500011, 50001, 500014, 650052, 650054],
  tenantUnknown: [90002, 50059, 50128, 90019, 900023, 50029],
  singleTenant: [50194, 9002331, 9002332, 9002346, 9001023],
  wrongCloud: [90038, 90043, 90051, 900432, 1000104],
  redirectMissing: [50011, 70004, 500113, 9002326, 9002327],
  certificateRefused: [7000215, 7000222, 70002, 700025, 50012, 700027, 700030, 1000502, 50048],
  clockWrong: [700024, 500133, 80013],
  busy: [
    50000, 50033, 50087, 50088, 50166, 40008, 40010, 70012, 90006, 90012, 90024, 90033, 90055,
    80001, 80002, 80005, 80007, 80010, 80014,
  ],
};

const NUMBERS = new Map<number, Code>(
  Object.entries(TABLE).flatMap(([code, numbers]) =>
    numbers.map((number) => [number, isCode(code) ? code : 'refused'] as const),
  ),
);

/** Where no number says more. */
const NAMES = new Map<string, Code>([
  ['authorization_declined', 'declined'],
  ['access_denied', 'declined'],
  ['expired_token', 'codeExpired'],
  ['code_expired', 'codeExpired'],
  ['bad_verification_code', 'badCode'],
  ['consent_required', 'adminConsent'],
  ['interaction_required', 'signInAgain'],
  ['login_required', 'signInAgain'],
  ['invalid_grant', 'signInAgain'],
  ['temporarily_unavailable', 'busy'],
  ['server_error', 'busy'],
  ['invalid_resource', 'serviceMissing'],
  ['invalid_scope', 'permissionsMissing'],
]);

/** Which field of the account's form is wrong; without one, somebody has to sign in, or to ask. */
const FIELDS: Readonly<Partial<Record<Code, string>>> = {
  applicationUnknown: 'oauth.clientId',
  applicationDisabled: 'oauth.clientId',
  publicFlowOff: 'oauth.clientId',
  permissionsMissing: 'oauth.clientId',
  serviceMissing: 'oauth.tenant',
  redirectMissing: 'oauth.clientId',
  tenantUnknown: 'oauth.tenant',
  singleTenant: 'oauth.tenant',
  wrongCloud: 'oauth.cloud',
  certificateRefused: 'secret',
  refused: 'oauth.clientId',
};

/** Those that come with the page where an administrator consents. */
const NEEDS_ADMINISTRATOR: ReadonlySet<Code> = new Set(['adminConsent', 'codeExpired']);

function toError(
  code: Code,
  context: RefusalContext,
  { number, text }: { readonly number: number; readonly text: string },
): AppError {
  const { account, clientId, tenant, purpose, adminConsentUrl, permissions } = context;
  // Microsoft asks organisations to forbid the code; what it cannot prove of the device, the browser may.
  const isCodeForbidden =
    purpose === 'deviceCode' && (code === 'blockedByPolicy' || code === 'deviceNotManaged');
  const is: string = isCodeForbidden ? 'deviceCodeBlocked' : code;
  const forAdministrator = NEEDS_ADMINISTRATOR.has(code) ? { adminConsentUrl, permissions } : {};
  const params = { account, clientId, tenant, number, text, permissions, ...forAdministrator };
  if (code === 'busy' || code === 'clockWrong') {
    return new TransientError(`microsoft.${is}`, params);
  }
  // Signing in gives Graph, never more: what lacks for the mail protocols is no refused grant, and Graph goes on working.
  const field = code === 'adminConsent' && purpose === 'mail' ? 'accountId' : FIELDS[code];
  return field === undefined
    ? new AuthError(`microsoft.${is}`, params)
    : new ConfigError(`microsoft.${is}`, params, { field });
}

function numberOf({ error_codes, error_description }: EntraRefusal): number {
  return error_codes[0] ?? Number(/AADSTS(\d{4,8})/.exec(error_description)?.[1] ?? 0);
}

/** Without the number, the trace ids and the time stamp behind it; its full stop is the sentence's. */
function firstLine({ error, error_description }: EntraRefusal): string {
  const [line = ''] = error_description.replace(/^AADSTS\d+:\s*/, '').split(/\r?\n|\sTrace ID:/, 1);
  const text = line.trim().replace(/\.$/, '');
  return (text === '' ? error : text).slice(0, 300);
}

function isCode(text: string): text is Code {
  return text in TABLE;
}
