import { randomBytes } from 'node:crypto';
import { clientSecrets, hashOfClientSecret } from '../../src/service-accounts/client-secret.js';
import { mutation } from './administration.js';
import type { TestGateway } from './gateway.js';
import { postForm } from './resource-server.js';

const SECRET = 'id prefix createdAt lastUsedAt';
const FIELDS = `id clientId name description roles { name } permissions secrets { ${SECRET} } jwksUri createdAt lastUsedAt`;
const CREATED = `clientSecret serviceAccount { ${FIELDS} }`;
export const CREATE_SERVICE_ACCOUNT = mutation('createServiceAccount', 'CreateServiceAccountInput', CREATED);
export const UPDATE_SERVICE_ACCOUNT = mutation('updateServiceAccount', 'UpdateServiceAccountInput', FIELDS);
export const CREATE_SECRET = mutation('createServiceAccountSecret', 'ServiceAccountIdInput', CREATED);
export const REVOKE_SECRET = mutation('revokeServiceAccountSecret', 'ServiceAccountSecretIdInput', FIELDS);
export const DELETE_SERVICE_ACCOUNT = mutation('deleteServiceAccount', 'ServiceAccountIdInput', 'id name');
export const SERVICE_ACCOUNTS = `query ($first: Int, $after: String) {
  serviceAccounts(first: $first, after: $after) { totalCount nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } }
}`;

export interface MadeServiceAccount {
  id: string;
  role: string;
  clientSecret: string;
  secretId: string;
  prefix: string;
}

interface Given {
  name?: string;
  description?: string;
  jwksUri?: string;
  roles?: string[];
}

/** A service account with a role of its own that has these permissions. The token is of an administrator who has just signed in. */
export async function serviceAccountWith(
  gateway: TestGateway,
  token: string,
  permissions: string[] = [],
  given: Given = {},
): Promise<MadeServiceAccount> {
  const role = await newRole(gateway, permissions);
  const input = { name: 'Nightly export', roles: [role], ...given };
  const { createServiceAccount: made } = await gateway.ask(CREATE_SERVICE_ACCOUNT, { input }, { token });
  const { id, secrets } = made.serviceAccount;
  return { id, role, clientSecret: made.clientSecret, secretId: secrets[0].id, prefix: secrets[0].prefix };
}

/** Made behind the product's back. */
export async function newRole({ database }: Pick<TestGateway, 'database'>, permissions: string[]): Promise<string> {
  const role = `r${randomBytes(5).toString('hex')}`;
  await database.sql('insert into roles (name, permissions, created_at, updated_at) values ($1, $2, now(), now())', [
    role,
    permissions,
  ]);
  return role;
}

/** Made behind the product's back, with one secret, and a role only where it has permissions. */
export async function insertServiceAccount(
  { database }: Pick<TestGateway, 'database'>,
  permissions: string[] = [],
): Promise<{ id: string; clientSecret: string; secretId: string }> {
  const { sql } = database;
  const clientSecret = clientSecrets.create();
  const account = `insert into service_accounts (id, name, created_at) values (gen_random_uuid(), 'Made', now()) returning id`;
  const [{ id } = { id: '' }] = await sql<{ id: string }>(account);
  const secret = `insert into service_account_secrets (id, service_account_id, prefix, secret_hash, created_at)
    values (gen_random_uuid(), $1, $2, $3, now()) returning id`;
  const values = [id, clientSecrets.prefixOf(clientSecret), hashOfClientSecret(clientSecret)];
  const [row] = await sql<{ id: string }>(secret, values);
  if (permissions.length > 0)
    await sql('insert into service_account_roles (service_account_id, role_name) values ($1, $2)', [
      id,
      await newRole({ database }, permissions),
    ]);
  return { id, clientSecret, secretId: row!.id };
}

export const CLIENT_CREDENTIALS = { grant_type: 'client_credentials' };

export const basicOf = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

export interface TokenAnswer {
  status: number;
  headers: Headers;
  body: Record<string, any>;
}

/** POST /oauth/token. */
export async function askToken(
  gateway: Pick<TestGateway, 'http'>,
  form: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<TokenAnswer> {
  const answer = await postForm(gateway, '/oauth/token', form, headers);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, any> };
}

/** Its access token, by its secret. */
export async function machineToken(
  gateway: Pick<TestGateway, 'http'>,
  { id, clientSecret }: Pick<MadeServiceAccount, 'id' | 'clientSecret'>,
  more: Record<string, string> = {},
): Promise<string> {
  const { body } = await askToken(gateway, { ...CLIENT_CREDENTIALS, ...more }, basicOf(id, clientSecret));
  return body.access_token;
}
