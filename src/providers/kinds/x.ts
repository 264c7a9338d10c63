import type { OauthKind } from '../kind.js';

interface Answer {
  data?: { id?: unknown; name?: unknown; username?: unknown; confirmed_email?: unknown; profile_image_url?: unknown };
}

/** X discloses addresses only to apps that it has approved for that. */
export const x: OauthKind = {
  protocol: 'oauth',
  endpoints: () => ({
    issuer: 'https://x.com',
    authorization: 'https://x.com/i/oauth2/authorize',
    token: 'https://api.x.com/2/oauth2/token',
    api: 'https://api.x.com/2',
  }),
  authenticate: 'secret-in-header',
  scopes: ['users.read', 'tweet.read', 'users.email'],
  async ask(get, { api }) {
    const { data = {} } = (await get(`${api}/users/me?user.fields=confirmed_email,profile_image_url`)) as Answer;
    return {
      sub: data.id,
      email: data.confirmed_email,
      email_verified: data.confirmed_email !== undefined,
      name: data.name ?? data.username,
      picture: data.profile_image_url,
    };
  },
};
