import { Refusal } from '../errors.js';
import type { Route } from '../feature.js';
import { keyOfFile } from './avatar-name.js';
import { FOREVER } from './store-avatar.js';

/** Answers a picture to every page and every cache. Only what this server has encoded is ever stored. */
export const readAvatarRoute: Route = {
  method: 'GET',
  path: '/avatars/:file',
  operation: 'readAvatar',
  safe: true,
  crossOrigin: 'every',
  async answer({ storage }, { params: { file = '' } }) {
    const key = keyOfFile(file);
    const body = key && (await storage.get(key));
    if (!body) throw new Refusal('NOT_FOUND', { message: 'There is no picture here.' });
    return { status: 200, headers: HEADERS, body };
  },
};

const HEADERS = {
  'content-type': 'image/webp',
  'cache-control': FOREVER,
  'cross-origin-resource-policy': 'cross-origin',
  // In case a browser takes it for a document (polyglots).
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
};
