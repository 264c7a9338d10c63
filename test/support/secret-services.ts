import { exchangeOf } from './api-keys.js';
import { ORDERS, postForm } from './resource-server.js';
import { readFeed } from './revocation-feed.js';
import { callCoprocessor, routerRequest } from './router-calls.js';
import { basicOf as basic, CLIENT_CREDENTIALS } from './service-accounts.js';
import type { Outcome, Taking } from './secret-outcomes.js';
import type { Purse } from './secrets.js';
import type { Consumer } from './secrets-table.js';

type Name = Extract<
  Consumer,
  | `${string}/oauth/${string}`
  | `GET /verify-token${string}`
  | `GET /revocations${string}`
  | `POST /coprocessor${string}`
  | `GET /ssf/streams${string}`
>;

const basicOf = (secret: string) => ({ authorization: `Basic ${Buffer.from(secret).toString('base64')}` });

/** How a secret is offered by services that receive our access tokens. */
export const SERVICE_TAKING: Record<Name, Taking> = {
  'POST /oauth/token: subject_token': {
    refuses: '400',
    offer: async (gateway, _, secret) => [
      byStatus((await postForm(gateway, '/oauth/token', exchangeOf(secret))).status),
    ],
  },
  'POST /oauth/token: header `Authorization`': {
    refuses: '401',
    offer: async (gateway, purse, secret) => {
      const { id } = await purse.serviceAccount();
      return [byStatus((await postForm(gateway, '/oauth/token', CLIENT_CREDENTIALS, basic(id, secret))).status)];
    },
  },
  'POST /oauth/token: client_secret': {
    refuses: '401',
    offer: async (gateway, purse, client_secret) => {
      const { id: client_id } = await purse.serviceAccount();
      const form = { ...CLIENT_CREDENTIALS, client_id, client_secret };
      return [byStatus((await postForm(gateway, '/oauth/token', form)).status)];
    },
  },
  'POST /oauth/token: client_assertion': {
    refuses: '401',
    offer: async (gateway, _, client_assertion) => {
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const form = { ...CLIENT_CREDENTIALS, client_assertion_type, client_assertion };
      return [byStatus((await postForm(gateway, '/oauth/token', form)).status)];
    },
  },
  'POST /oauth/introspect: header `Authorization`': {
    refuses: '401',
    offer: async (gateway, purse, secret) => {
      const { accessToken: token } = await purse.session();
      return byAnyHeader(
        purse,
        secret,
        async (headers) => (await postForm(gateway, '/oauth/introspect', { token }, headers)).status,
      );
    },
  },
  'POST /oauth/introspect: client_secret': {
    refuses: '401',
    offer: async (gateway, purse, client_secret) => {
      const [{ id: client_id }, { accessToken: token }] = [await purse.serviceAccount(), await purse.session()];
      return [byStatus((await postForm(gateway, '/oauth/introspect', { token, client_id, client_secret })).status)];
    },
  },
  'POST /oauth/introspect: client_assertion': {
    refuses: '401',
    offer: async (gateway, purse, client_assertion) => {
      const { accessToken: token } = await purse.session();
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      const form = { token, client_assertion_type, client_assertion };
      return [byStatus((await postForm(gateway, '/oauth/introspect', form)).status)];
    },
  },
  'POST /oauth/introspect: token': {
    refuses: 'not active',
    offer: async (gateway, _, token) => {
      const answer = await postForm(gateway, '/oauth/introspect', { token }, ORDERS);
      const { active } = (await answer.json()) as { active?: boolean };
      return [active ? 'accepted' : 'not active'];
    },
  },
  'POST /oauth/revoke: token': {
    // What it does not know is as good as revoked: whether something ended says what it took.
    refuses: 'nothing',
    offer: async (gateway, _, token) => {
      const live = async () => (await gateway.database.sql<{ what: string }>(LIVE)).map(({ what }) => what);
      const before = await live();
      await postForm(gateway, '/oauth/revoke', { token });
      const after = new Set(await live());
      return [before.every((what) => after.has(what)) ? 'nothing' : 'accepted'];
    },
  },
  'GET /verify-token: header `Authorization`': {
    refuses: '401',
    offer: async (gateway, _, secret) => {
      const headers = { authorization: `Bearer ${secret}` };
      return [byStatus((await gateway.http('/verify-token', { headers })).status)];
    },
  },
  'GET /ssf/streams: header `Authorization`': {
    refuses: '401',
    offer: async (gateway, _, secret) => [
      byStatus((await gateway.http('/ssf/streams', { headers: basicOf(secret) })).status),
    ],
  },
  'GET /revocations: header `Authorization`': {
    refuses: '401',
    offer: async ({ url }, purse, secret) =>
      byAnyHeader(purse, secret, async (headers) => {
        const feed = await readFeed(url, headers);
        feed.close();
        return feed.status;
      }),
  },
  'POST /coprocessor: path': {
    refuses: '404',
    offer: async (gateway, _, secret) => {
      const path = `/coprocessor/${encodeURIComponent(secret)}`;
      return [byStatus((await callCoprocessor(gateway, routerRequest(null), { path })).status)];
    },
  },
  'POST /coprocessor: header `Authorization`': {
    refuses: '401',
    offer: async (gateway, _, secret) => {
      const { control } = (await callCoprocessor(gateway, routerRequest(secret))).answer;
      return [control === 'continue' ? 'accepted' : `${control.break}`];
    },
  },
};

const LIVE = `
select id::text as what from sessions where ended_at is null
union all select id::text from api_keys where revoked_at is null
union all select id::text from service_account_secrets
union all select id || ' ' || version from service_accounts`;

/** As name and secret of a service, as the secret of a service account, and as a token: accepted where one of them is. */
async function byAnyHeader(
  purse: Purse,
  secret: string,
  ask: (headers: { authorization: string }) => Promise<number>,
): Promise<Outcome[]> {
  const { id } = await purse.serviceAccount();
  const ways = [basicOf(secret), basic(id, secret), { authorization: `Bearer ${secret}` }];
  const outcomes = (await Promise.all(ways.map(ask))).map(byStatus);
  return outcomes.includes('accepted') ? ['accepted'] : outcomes;
}

function byStatus(status: number): Outcome {
  return status === 200 ? 'accepted' : `${status}`;
}
