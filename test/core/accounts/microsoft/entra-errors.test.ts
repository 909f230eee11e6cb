import { describe, expect, it } from 'vitest';
import {
  entraError,
  EntraRefusal,
  type RefusalContext,
} from '#core/accounts/microsoft/entra-errors';

const context: RefusalContext = {
  account: 'Accueil',
  clientId: 'client',
  tenant: 'mairie.example',
  purpose: 'browser',
  adminConsentUrl: 'https://login.test/mairie.example/adminconsent?client_id=client',
  permissions: 'Mail.ReadWrite',
};

const refuse = (number: number, more: Partial<RefusalContext> = {}, error = 'invalid_grant') =>
  entraError(
    EntraRefusal.parse({
      error,
      error_description: `AADSTS${number}: Something. Trace ID: 1\r\nTimestamp: 2`,
      error_codes: [number],
    }),
    { ...context, ...more },
  );

describe('a refusal of Entra', () => {
  it.each([
    [65001, 'auth', 'adminConsent'],
    [90094, 'auth', 'adminConsent'],
    [53003, 'auth', 'blockedByPolicy'],
    [53000, 'auth', 'deviceNotManaged'],
    [50105, 'auth', 'notAssigned'],
    [500021, 'auth', 'tenantRestricted'],
    [50020, 'auth', 'wrongTenant'],
    [50034, 'auth', 'wrongTenant'],
    [50076, 'auth', 'mfaNeeded'],
    [700082, 'auth', 'expired'],
    [70043, 'auth', 'expired'],
    [50173, 'auth', 'passwordChanged'],
    [50055, 'auth', 'passwordExpired'],
    [50126, 'auth', 'wrongPassword'],
    [50057, 'auth', 'accountDisabled'],
    [50053, 'auth', 'accountLocked'],
    [65004, 'auth', 'consentDeclined'],
    [70019, 'auth', 'codeExpired'],
    [700016, 'config', 'applicationUnknown'],
    [7000218, 'config', 'publicFlowOff'],
    [650057, 'config', 'permissionsMissing'],
    [650052, 'config', 'serviceMissing'],
    [90002, 'config', 'tenantUnknown'],
    [50194, 'config', 'singleTenant'],
    [90038, 'config', 'wrongCloud'],
    [50011, 'config', 'redirectMissing'],
    [700027, 'config', 'certificateRefused'],
    [700024, 'transient', 'clockWrong'],
    [90033, 'transient', 'busy'],
  ])('%i is %s %s', (number, kind, code) => {
    expect(refuse(number)).toMatchObject({ kind, code: `microsoft.${code}`, params: { number } });
  });

  it.each([53003, 53000, 50131])('%i offers the browser to one who signs in by code', (number) => {
    expect(refuse(number, { purpose: 'deviceCode' }).code).toBe('microsoft.deviceCodeBlocked');
  });

  it('comes with the page of the administrator only where that helps', () => {
    const { adminConsentUrl } = context;

    expect(refuse(65001).params).toMatchObject({ adminConsentUrl, permissions: 'Mail.ReadWrite' });
    expect(refuse(53003).params).not.toHaveProperty('adminConsentUrl');
  });

  it('is no refused grant where only the permission of another service is missing', () => {
    expect(refuse(65001, { purpose: 'mail' })).toMatchObject({
      kind: 'config',
      field: 'accountId',
    });
  });

  it('is one where the permission that signing in gives was withdrawn', () => {
    expect(refuse(65001, { purpose: 'graph' })).toMatchObject({ kind: 'auth' });
  });

  it.each([
    ['invalid_grant', 'auth', 'signInAgain'],
    ['interaction_required', 'auth', 'signInAgain'],
    ['authorization_declined', 'auth', 'declined'],
    ['temporarily_unavailable', 'transient', 'busy'],
    ['invalid_client', 'config', 'refused'],
  ])('without a known number is told by its name: %s', (error, kind, code) => {
    expect(refuse(999999, {}, error)).toMatchObject({ kind, code: `microsoft.${code}` });
  });

  it('says what Microsoft said, without its trace ids', () => {
    expect(refuse(53003).params['text']).toBe('Something');
  });

  it('finds the number in the text where there is no list', () => {
    const refusal = EntraRefusal.parse({
      error: 'x',
      error_description: 'AADSTS50105: Not assigned.',
    });

    expect(entraError(refusal, context).code).toBe('microsoft.notAssigned');
  });
});
