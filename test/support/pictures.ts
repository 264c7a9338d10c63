import type { TestGateway } from './gateway.js';

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
): Promise<{ status: number; code?: string; message?: string; avatarUrl?: string; headers: Headers }> {
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
    ...(error && { code: error.extensions.code, message: error.message }),
  };
}

/** The files of the pictures in the gateway's folder. */
export async function storedFiles({ config }: TestGateway): Promise<string[]> {
  const { readdir } = await import('node:fs/promises');
  const folder = `${config.storageUrl!.replace(/^file:/, '')}/avatars`;
  return (await readdir(folder).catch(() => [])).toSorted();
}
