import { readdir } from 'node:fs/promises';
import type { TestGateway } from './gateway.js';
import { until } from './until.js';

export const REQUEST_AVATAR_UPLOAD = /* GraphQL */ `
  mutation {
    requestAvatarUpload {
      url
      method
      maxBytes
      contentTypes
      expiresAt
    }
  }
`;

export const REMOVE_AVATAR = /* GraphQL */ `
  mutation {
    removeAvatar {
      id
      avatarUrl
    }
  }
`;

export const MY_AVATAR = /* GraphQL */ `
  {
    me {
      avatarUrl
      small: avatarUrl(size: 64)
    }
  }
`;

/** One transparent pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** The address that the server gives, of PUBLIC_URL. */
export async function requestUpload(gateway: TestGateway, token: string): Promise<string> {
  const { requestAvatarUpload } = await gateway.ask(REQUEST_AVATAR_UPLOAD, {}, { token });
  return requestAvatarUpload.url;
}

export function ticketOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1)!;
}

/** Sends the bytes to that address; a whole upload where only a token is given. */
export async function upload(
  gateway: TestGateway,
  token: string,
  bytes: Buffer,
  { url, type = 'image/png' }: { url?: string; type?: string } = {},
): Promise<{
  status: number;
  code?: string;
  message?: string;
  problems?: object[];
  avatarUrl?: string;
  headers: Headers;
}> {
  const path = new URL(url ?? (await requestUpload(gateway, token))).pathname;
  const answer = await gateway.http(path, {
    method: 'PUT',
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
    body: new Uint8Array(bytes),
  });
  const { avatarUrl, errors } = (await answer.json()) as { avatarUrl?: string; errors?: any[] };
  const [error] = errors ?? [];
  return {
    status: answer.status,
    headers: answer.headers,
    ...(avatarUrl && { avatarUrl }),
    ...(error && { code: error.extensions.code, message: error.message, problems: error.extensions.problems }),
  };
}

/** The two files of a picture. */
export function filesOf(avatarUrl: string | undefined): string[] {
  const [, name] = /([0-9a-f]{32})-512\.webp$/.exec(avatarUrl ?? '') ?? [];
  return [`${name}-128.webp`, `${name}-512.webp`];
}

/** Once the jobs are done, these pictures are stored and no others. */
export async function expectStored(gateway: TestGateway, ...avatarUrls: (string | undefined)[]): Promise<void> {
  const wanted = avatarUrls.flatMap(filesOf).toSorted();
  await until(async () => (await storedFiles(gateway)).join() === wanted.join());
}

/** The jobs that find what no user has are put off; here their time has come. */
export async function hurryDeletions({ database }: TestGateway): Promise<void> {
  await database.sql(`update pgboss.job set start_after = now() where name = 'delete-avatar' and state = 'created'`);
  const left = `select 1 from pgboss.job where name = 'delete-avatar' and state < 'completed'`;
  await until(async () => (await database.sql(left)).length === 0);
}

/** The files of the pictures in the gateway's folder. */
export async function storedFiles({ config }: TestGateway): Promise<string[]> {
  const folder = `${config.storageUrl!.replace(/^file:/, '')}/avatars`;
  const names: string[] = await readdir(folder).catch(() => []);
  return names.toSorted();
}
