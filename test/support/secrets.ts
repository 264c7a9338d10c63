import { createdApiKey } from './api-keys.js';
import { impersonated } from './impersonation.js';
import { ORDERS_SECRET } from './resource-server.js';
import { COPROCESSOR_SECRET } from './router-calls.js';
import type { Browser } from './browser.js';
import { CREATE_USER } from './administration.js';
import { afterPassword, ENROLL_TOTP, personWhoMustEnroll, personWithTotp, totp } from './factors.js';
import { createAuthenticator } from './authenticator.js';
import type { TestGateway } from './gateway.js';
import { beginPasskeySignIn, beginRegistration, ORIGIN, withPasskey } from './passkeys.js';
import {
  admin,
  LOGIN,
  newEmail,
  REGISTER,
  type Registered,
  registeredPerson,
  STRONG_PASSWORD,
  signedInPerson,
} from './people.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE, REQUEST_PASSWORD_RESET, REQUEST_SIGN_IN_CODE } from './recovery.js';
import { requestUpload, ticketOf } from './pictures.js';
import { FEDERATION_SECRET } from './router.js';
import { once, oneByOne } from './once.js';
import { insertServiceAccount, machineToken } from './service-accounts.js';
import { KINDS, type Kind } from './secrets-table.js';
import type { OpenIdProvider } from './openid-provider.js';
import { begin, type Returned, returned, signInBy } from './provider-flow.js';
import { newAccount } from './provider-gateway.js';
import { atProvider } from './secret-providers.js';
import { askAgain } from './step-up.js';
import { CREATE_WEBHOOK, UNUSED_WEBHOOK } from './webhook-documents.js';

export const METRICS_TOKEN = 'the monitoring and the gateway know this';

/** The token and the code of one challenge. */
export interface Pair {
  token: string;
  code: string;
}

interface Session extends Registered {
  browser: Browser;
  accessToken: string;
  refreshToken: string;
}

/** What an authenticator made for one challenge, and the session in which that was asked for. */
interface Credential {
  token: string;
  credential: object;
  accessToken: string;
}

/** The secrets of one person, each made when it is first asked for. */
export interface Purse {
  session(): Promise<Session>;
  /** The access token of the session that a step-up is of. */
  stepUpSession(): Promise<string>;
  /** Whose account an identity is to be linked to. */
  linking(): Promise<Registered>;
  /** With its secret. */
  serviceAccount(): Promise<{ id: string; clientSecret: string }>;
  /** A sign-in by a provider that has come back. */
  providerSignIn(): Promise<Returned>;
  /** A sign-in by a provider that has not. */
  atProvider(): Promise<{ state: string; cookie: string }>;
  secret(kind: Kind): Promise<string>;
  /** What answers the challenge of that kind. */
  credential(kind: 'sign-in by passkey' | 'registration of a passkey'): Promise<Credential>;
  /** Every kind. The undo comes first: a change of address voids the codes of before. */
  all(): Promise<Map<Kind, string>>;
}

const UNDO = 'undo of a change of address';

/** `adminToken` is an administrator's, who invites. */
export function newPurse(gateway: TestGateway, adminToken: string, provider: OpenIdProvider): Purse {
  const session = once(async (): Promise<Session> => {
    const person = await registeredPerson(gateway);
    const browser = gateway.browser();
    const input = { identifier: person.email, password: person.password };
    const { data } = await browser.gql(LOGIN, { input });
    return { ...person, ...data!.login, browser };
  });

  const serviceAccount = once(() => insertServiceAccount(gateway, ['tokens:introspect']));

  const verification = once(async (): Promise<Pair> => {
    const email = newEmail('unverified');
    const { register } = await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    return { token: register.challengeToken, code: await gateway.mailbox.codeFor(email, 'verify-email') };
  });

  const reset = once(async (): Promise<Pair> => {
    const { browser, email } = await session();
    const { data } = await browser.gql(REQUEST_PASSWORD_RESET, { input: { email } });
    const code = await gateway.mailbox.codeFor(email, 'reset-password');
    return { token: data!.requestPasswordReset.challengeToken, code };
  });

  const signIn = once(async (): Promise<Pair> => {
    const { browser, email } = await session();
    const { data } = await browser.gql(REQUEST_SIGN_IN_CODE, { input: { email } });
    const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
    return { token: data!.requestSignInCode.challengeToken, code };
  });

  const change = once(async (): Promise<Pair> => {
    const { challengeToken: token, code } = await askEmailChange(gateway, await session(), newEmail('next'));
    return { token, code };
  });

  const invitation = once(async (): Promise<Pair> => {
    const email = newEmail('invited');
    await gateway.ask(CREATE_USER, { input: { email } }, { token: adminToken });
    const carried = await carriedBy(email, 'invitation');
    return { token: carried.get('challenge')!, code: carried.get('code')! };
  });

  const secondFactor = once(async () => {
    const person = await personWithTotp(gateway);
    const { challengeToken: token } = await afterPassword(gateway, person);
    return { token, code: totp(gateway, person.secret), recoveryCode: person.recoveryCodes[0]! };
  });

  const enrolment = once(async () => {
    const { challengeToken: signIn } = await afterPassword(gateway, await personWhoMustEnroll(gateway));
    const { enrollTotp } = await gateway.ask(ENROLL_TOTP, { input: { challengeToken: signIn } });
    return { signIn, token: enrollTotp.challengeToken, code: totp(gateway, enrollTotp.secret) };
  });

  const passkeySignIn = once(async (): Promise<Credential> => {
    const { accessToken } = await signedInPerson(gateway);
    const authenticator = await withPasskey(gateway, { accessToken });
    const { challengeToken: token, passkeyOptions } = await beginPasskeySignIn(gateway);
    return { token, credential: authenticator.sign(passkeyOptions), accessToken };
  });

  const registration = once(async (): Promise<Credential> => {
    const { accessToken } = await signedInPerson(gateway);
    const { challengeToken: token, options } = await beginRegistration(gateway, { accessToken });
    return { token, credential: createAuthenticator({ origin: ORIGIN }).register(options), accessToken };
  });

  const stepUp = once(async () => {
    const { accessToken, email, id } = await signedInPerson(gateway);
    await gateway.database.sql('delete from passwords where user_id = $1', [id]);
    const { challengeToken: token } = await askAgain(gateway, accessToken);
    return { accessToken, token, code: await gateway.mailbox.codeFor(email, 'reauthentication-code') };
  });

  const providerSignIn = once(() =>
    oneByOne(async () => {
      provider.account = newAccount();
      return returned(gateway, provider);
    }),
  );

  const linking = once(() =>
    oneByOne(async () => {
      const person = await registeredPerson(gateway);
      provider.account = newAccount({ email: person.email });
      const { challengeToken: token } = await signInBy(gateway, provider);
      return { ...person, token, code: await gateway.mailbox.codeFor(person.email, 'link-identity-code') };
    }),
  );

  const sentToProvider = once(() => atProvider(gateway));
  const start = once(async () => new URL((await begin(gateway)).url).searchParams.get('attempt')!);
  const uploadTicket = once(async (): Promise<string> => {
    const { accessToken: token } = await session();
    return ticketOf(await requestUpload(gateway, token));
  });

  const undo = once(async (): Promise<string> => {
    const person = await session();
    const { email: oldEmail, accessToken: token } = person;
    const email = newEmail('changed');
    await gateway.ask(CONFIRM_EMAIL_CHANGE, { input: await askEmailChange(gateway, person, email) }, { token });
    person.email = email;
    return (await carriedBy(oldEmail, 'email-changed')).get('change')!;
  });

  async function carriedBy(email: string, template: 'invitation' | 'email-changed'): Promise<URLSearchParams> {
    const { link } = await gateway.mailbox.lastTo(email, template);
    return new URL(link!).searchParams;
  }

  const makers: Record<Kind, () => Promise<string>> = {
    'access token': async () => (await session()).accessToken,
    'impersonation token': async () => impersonated(gateway, await admin(gateway), (await session()).id),
    'refresh token': async () => (await session()).refreshToken,
    'webhook secret': async () =>
      (await gateway.ask(CREATE_WEBHOOK, { input: UNUSED_WEBHOOK }, { token: adminToken })).createWebhook.secret,
    'API key': async () => (await createdApiKey(gateway, (await session()).accessToken)).secret,
    'client secret': async () => (await serviceAccount()).clientSecret,
    'access token of a service account': async () => machineToken(gateway, await serviceAccount()),
    'device cookie': async () => (await session()).browser.cookie('sallyport-device')!,
    'token to verify an address': async () => (await verification()).token,
    'code to verify an address': async () => (await verification()).code,
    'token of a reset': async () => (await reset()).token,
    'code of a reset': async () => (await reset()).code,
    'token of a sign-in': async () => (await signIn()).token,
    'code of a sign-in': async () => (await signIn()).code,
    'token to change an address': async () => (await change()).token,
    'code to change an address': async () => (await change()).code,
    'token of an invitation': async () => (await invitation()).token,
    'code of an invitation': async () => (await invitation()).code,
    'token of a second factor': async () => (await secondFactor()).token,
    'code of a second factor': async () => (await secondFactor()).code,
    'recovery code': async () => (await secondFactor()).recoveryCode,
    'sign-in that must enrol': async () => (await enrolment()).signIn,
    'token of a step-up': async () => (await stepUp()).token,
    'code of a step-up': async () => (await stepUp()).code,
    'token of an enrolment': async () => (await enrolment()).token,
    'code of an enrolment': async () => (await enrolment()).code,
    'sign-in by passkey': async () => (await passkeySignIn()).token,
    'registration of a passkey': async () => (await registration()).token,
    'token of a link': async () => (await linking()).token,
    'code of a link': async () => (await linking()).code,
    'start of a provider sign-in': start,
    'state at a provider': async () => (await sentToProvider()).state,
    'code of a provider sign-in': async () => (await providerSignIn()).code,
    'provider cookie': async () => (await sentToProvider()).cookie,
    'upload address of a picture': uploadTicket,
    [UNDO]: undo,
    FEDERATION_SECRET: async () => FEDERATION_SECRET,
    METRICS_TOKEN: async () => METRICS_TOKEN,
    RESOURCE_SERVERS: async () => `orders:${ORDERS_SECRET}`,
    COPROCESSOR_SECRET: async () => COPROCESSOR_SECRET,
  };

  return {
    session,
    stepUpSession: async () => (await stepUp()).accessToken,
    linking,
    serviceAccount,
    providerSignIn,
    atProvider: sentToProvider,
    secret: (kind) => makers[kind](),
    credential: (kind) => (kind === 'sign-in by passkey' ? passkeySignIn() : registration()),
    async all() {
      await undo();
      const made = Object.keys(KINDS).map(async (kind) => [kind as Kind, await makers[kind as Kind]()] as const);
      return new Map(await Promise.all(made));
    },
  };
}
