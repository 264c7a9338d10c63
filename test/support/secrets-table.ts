/** Every secret that leaves the server or is shared with it. `of` says what keeps its kind apart from the others. */
export const KINDS = {
  'access token': { form: 'JWT', of: 'header `typ: at+jwt`, issuer, audience and types of claims' },
  'impersonation token': { form: 'JWT', of: 'that of an access token, and its claim `act`' },
  'refresh token': { form: '`<uuid>.<43 characters>`', of: 'table `refresh_tokens`; successors by the key `refresh`' },
  'API key': { form: '`sp_live_<38 characters>`, the last 6 a checksum', of: 'table `api_keys`' },
  'client secret': {
    form: '`sp_client_<38 characters>`, the last 6 a checksum',
    of: 'table `service_account_secrets`',
  },
  'access token of a service account': {
    form: 'JWT',
    of: 'as an access token; `client_id` is its `sub`',
  },
  'device cookie': {
    form: '22 characters, and 22 for each person',
    of: 'key `known-device`; of a trusted device also table `trusted_devices`',
  },
  'token to verify an address': { form: '32 characters', of: 'table `challenges`, purpose `VERIFY_EMAIL`' },
  'code to verify an address': { form: 'digits', of: 'key `one-time-code/VERIFY_EMAIL`, and its challenge' },
  'token of a reset': { form: '32 characters', of: 'table `challenges`, purpose `RESET_PASSWORD`' },
  'code of a reset': { form: 'digits', of: 'key `one-time-code/RESET_PASSWORD`, and its challenge' },
  'token of a sign-in': { form: '32 characters', of: 'table `challenges`, purpose `SIGN_IN`' },
  'code of a sign-in': { form: 'digits', of: 'key `one-time-code/SIGN_IN`, and its challenge' },
  'token to change an address': { form: '32 characters', of: 'table `challenges`, purpose `CHANGE_EMAIL`' },
  'code to change an address': { form: 'digits', of: 'key `one-time-code/CHANGE_EMAIL`, and its challenge' },
  'token of an invitation': { form: '32 characters', of: 'table `challenges`, purpose `RESET_PASSWORD`' },
  'code of an invitation': { form: '32 hexadecimal digits', of: 'key `one-time-code`, and its challenge' },
  'token of a second factor': { form: '32 characters', of: 'table `challenges`, purpose `SECOND_FACTOR`' },
  'code of a second factor': {
    form: 'six digits',
    of: 'the secret of an authenticator app, which the key `totp` encrypts for its user; each time step once',
  },
  'recovery code': { form: '`XXXX-XXXX-XXXXX`', of: 'table `recovery_codes`, key `recovery-code`, and its user' },
  'sign-in that must enrol': {
    form: '32 characters',
    of: 'table `challenges`, purpose `ENROLL_FACTOR`, several methods',
  },
  'token of a step-up': { form: '32 characters', of: 'table `challenges`, purpose `REAUTHENTICATE`, and its session' },
  'code of a step-up': { form: 'digits', of: 'key `one-time-code/REAUTHENTICATE`, and its challenge' },
  'token of an enrolment': { form: '32 characters', of: 'table `challenges`, purpose `ENROLL_FACTOR`, one method' },
  'code of an enrolment': { form: 'six digits', of: 'the secret of the authenticator app that is enrolled' },
  'sign-in by passkey': { form: '32 characters', of: 'table `challenges`, purpose `SIGN_IN`, method `PASSKEY`' },
  'registration of a passkey': {
    form: '32 characters',
    of: 'table `challenges`, purpose `ENROLL_FACTOR`, method `PASSKEY`',
  },
  'token of a link': { form: '32 characters', of: 'table `challenges`, purpose `LINK_IDENTITY`, and its attempt' },
  'code of a link': { form: 'digits', of: 'key `one-time-code/LINK_IDENTITY`, and its challenge' },
  'start of a provider sign-in': {
    form: '43 characters',
    of: 'table `provider_attempts`, `token_hash`, and its provider',
  },
  'state at a provider': {
    form: '43 characters',
    of: 'table `provider_attempts`, `state_hash`, its provider and the browser that opened it',
  },
  'code of a provider sign-in': {
    form: '43 characters',
    of: 'table `provider_attempts`, `code_hash`, and the PKCE verifier of the client that started',
  },
  'provider cookie': { form: '43 characters', of: 'table `provider_attempts`, `browser_hash`' },
  'undo of a change of address': { form: '43 characters', of: 'table `email_changes`' },
  'upload address of a picture': { form: '50 characters', of: 'key `avatar-upload`, and its user' },
  'webhook secret': {
    form: '`whsec_<44 characters>`',
    of: 'table `webhooks`, key `webhook`, and its webhook; it signs what is sent, and is taken nowhere',
  },
  FEDERATION_SECRET: { form: 'as set', of: 'the setting' },
  METRICS_TOKEN: { form: 'as set', of: 'the setting' },
  RESOURCE_SERVERS: { form: '`name:secret`, as set', of: 'the setting; HTTP Basic and not Bearer' },
  COPROCESSOR_SECRET: { form: 'as set', of: 'the setting; the path of a listener of its own' },
} as const;
export type Kind = keyof typeof KINDS;

/** The keys that are derived from SERVER_SECRET: each has one purpose, and is used in one folder of src/. */
export const KEYS: Record<string, { folder: string; makes: string }> = {
  audit: { folder: 'audit', makes: 'Seals of the audit log, which stay on the server.' },
  'known-device': { folder: 'sign-in', makes: 'What the device cookie holds for each person.' },
  'avatar-upload': { folder: 'avatars', makes: 'Addresses to which pictures are uploaded.' },
  'data-export': { folder: 'data-exports', makes: 'Sealed files of exports, which stay in the storage.' },
  limits: { folder: 'gateway.ts', makes: 'Names of counters in Redis, which stay there.' },
  mail: { folder: 'gateway.ts', makes: 'Sealed contents of queued mails, which stay in PostgreSQL.' },
  'one-time-code': { folder: 'challenges', makes: 'Hashes of the codes of invitations.' },
  'one-time-code/PURPOSE': { folder: 'challenges', makes: 'Hashes of codes of digits, a key for each purpose.' },
  'recovery-code': { folder: 'methods', makes: 'Hashes of recovery codes.' },
  'provider-attempt': {
    folder: 'identities',
    makes: 'Encrypted state and profile of sign-ins by identity providers, which stay in PostgreSQL.',
  },
  'provider-tokens': {
    folder: 'identities',
    makes: 'Encrypted tokens of identity providers, which stay in PostgreSQL.',
  },
  'event-stream': {
    folder: 'shared-signals',
    makes: 'Encrypted Authorization headers of receivers of security events, which stay in PostgreSQL.',
  },
  webhook: { folder: 'webhooks', makes: 'Encrypted secrets of webhooks, which stay in PostgreSQL.' },
  totp: { folder: 'methods', makes: 'Encrypted secrets of authenticator apps, which stay in PostgreSQL.' },
  'signing-key': {
    folder: 'keys',
    makes: 'Encrypted private keys that sign access tokens, which stay in PostgreSQL.',
  },
  refresh: { folder: 'sessions', makes: 'Refresh tokens that succeed others.' },
};

/** Every place where a secret is taken: the kinds that it accepts. All others are refused there. */
export const CONSUMERS = {
  'verifyOtp: challengeToken': [
    'token to verify an address',
    'token of a sign-in',
    'token of a second factor',
    'token of a link',
  ],
  'verifyOtp: code': [
    'code to verify an address',
    'code of a sign-in',
    'code of a second factor',
    'recovery code',
    'code of a link',
  ],
  'login: challengeToken': ['token of a link'],
  'startProviderSignIn: codeChallenge': [],
  'startProviderSignIn: state': [],
  'linkIdentity: codeChallenge': [],
  'linkIdentity: state': [],
  'completeProviderSignIn: code': ['code of a provider sign-in'],
  'completeProviderSignIn: codeVerifier': [],
  'enrollTotp: challengeToken': ['sign-in that must enrol'],
  'confirmTotp: challengeToken': ['token of an enrolment'],
  'confirmTotp: code': ['code of an enrolment'],
  'verifyPasskey: challengeToken': ['sign-in by passkey'],
  'verifyPasskey: credential': [],
  'startPasskeyRegistration: challengeToken': ['sign-in that must enrol'],
  'registerPasskey: challengeToken': ['registration of a passkey'],
  'registerPasskey: credential': [],
  'resendOtp: challengeToken': [
    'token to verify an address',
    'token of a reset',
    'token of a sign-in',
    'token to change an address',
    'token of a step-up',
    'token of a link',
  ],
  // Each kind of challenge, and only while it is pending.
  'challenge: challengeToken': [
    'token to verify an address',
    'token of a reset',
    'token of a sign-in',
    'token to change an address',
    'token of a link',
    'token of an invitation',
    'token of a second factor',
    'sign-in that must enrol',
    'token of a step-up',
    'token of an enrolment',
    'sign-in by passkey',
    'registration of a passkey',
  ],
  'reauthenticate: challengeToken': ['token of a step-up'],
  'reauthenticate: code': ['code of a step-up'],
  // What an authenticator signs is no secret of the server: nothing that it gives away is one.
  'reauthenticate: credential': [],
  'checkResetCode: challengeToken': ['token of a reset', 'token of an invitation'],
  'checkResetCode: code': ['code of a reset', 'code of an invitation'],
  'resetPassword: challengeToken': ['token of a reset', 'token of an invitation'],
  'resetPassword: code': ['code of a reset', 'code of an invitation'],
  'confirmEmailChange: challengeToken': ['token to change an address'],
  'confirmEmailChange: code': ['code to change an address'],
  'refresh: refreshToken': ['refresh token'],
  'logout: refreshToken': ['refresh token'],
  'refresh: cookie `sallyport-refresh`': ['refresh token'],
  'logout: cookie `sallyport-refresh`': ['refresh token'],
  'requestPasswordReset: cookie `sallyport-device`': ['device cookie'],
  'requestSignInCode: cookie `sallyport-device`': ['device cookie'],
  'me: header `Authorization`': ['access token', 'impersonation token', 'API key'],
  'logout: header `Authorization`': ['access token', 'impersonation token'],
  'PUT /avatars: ticket': ['upload address of a picture'],
  'PUT /avatars: header `Authorization`': ['access token'],
  '_service: header `Router-Authorization`': ['FEDERATION_SECRET'],
  '/metrics: header `Authorization`': ['METRICS_TOKEN'],
  'POST /oauth/token: subject_token': ['API key'],
  'POST /oauth/token: header `Authorization`': ['client secret'],
  'POST /oauth/token: client_secret': ['client secret'],
  // What a client signs is no secret of the server: nothing that it gives away is one.
  'POST /oauth/token: client_assertion': [],
  'POST /oauth/introspect: header `Authorization`': ['RESOURCE_SERVERS'],
  'POST /oauth/introspect: token': [
    'access token',
    'impersonation token',
    'API key',
    'access token of a service account',
  ],
  'POST /oauth/revoke: token': [
    'access token',
    'impersonation token',
    'refresh token',
    'API key',
    'client secret',
    'access token of a service account',
  ],
  'GET /verify-token: header `Authorization`': [
    'access token',
    'impersonation token',
    'API key',
    'access token of a service account',
  ],
  'GET /revocations: header `Authorization`': ['RESOURCE_SERVERS'],
  'POST /coprocessor: path': ['COPROCESSOR_SECRET'],
  'POST /coprocessor: header `Authorization`': [
    'access token',
    'impersonation token',
    'access token of a service account',
  ],
  'GET /ssf/streams: header `Authorization`': ['RESOURCE_SERVERS'],
  'GET /reset-password: challenge': ['token of a reset', 'token of an invitation'],
  'GET /accept-invitation: challenge': ['token of a reset', 'token of an invitation'],
  '/verify: challenge': ['token to verify an address'],
  '/verify: code': ['code to verify an address'],
  '/reset-password: challenge': ['token of a reset', 'token of an invitation'],
  '/reset-password: code': ['code of a reset', 'code of an invitation'],
  '/accept-invitation: challenge': ['token of an invitation'],
  '/accept-invitation: code': ['code of an invitation'],
  'undoEmailChange: changeToken': ['undo of a change of address'],
  '/undo-email-change: change': ['undo of a change of address'],
  'GET /providers/acme/start: attempt': ['start of a provider sign-in'],
  'GET /providers/acme/callback: state': ['state at a provider'],
  'GET /providers/acme/callback: cookie `sallyport-provider`': ['provider cookie'],
} as const satisfies Record<string, readonly Kind[]>;
export type Consumer = keyof typeof CONSUMERS;

/** The tables of docs/secrets.md, each between its marks. */
export function printSecrets(document: string): string {
  const kinds = Object.keys(KINDS) as Kind[];
  const kept = Object.entries(KINDS).map(([kind, { form, of }], index) => [`${index + 1}`, kind, form, of]);
  const keys = Object.entries(KEYS).map(([key, { makes }]) => [`\`${key}\``, makes]);
  const matrix = Object.entries<readonly Kind[]>(CONSUMERS).map(([consumer, accepted]) =>
    [consumer].concat(kinds.map((kind) => (accepted.includes(kind) ? '✓' : '·'))),
  );
  const tables = {
    kinds: table(['', 'secret', 'form', 'what keeps it apart'], kept),
    keys: table(['key', 'what it makes'], keys),
    matrix: table(['taken by', ...kinds.map((_, index) => `${index + 1}`)], matrix),
  };
  return Object.entries(tables).reduce(
    (text, [name, rows]) =>
      text.replace(new RegExp(`(<!-- ${name} -->\n)[^]*(<!-- /${name} -->)`), (_, begin, end) => begin + rows + end),
    document,
  );
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
