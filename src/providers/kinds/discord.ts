import type { OauthKind } from '../kind.js';

interface User {
  id?: unknown;
  username?: unknown;
  global_name?: unknown;
  avatar?: unknown;
  email?: unknown;
  verified?: unknown;
  locale?: unknown;
}

export const discord: OauthKind = {
  protocol: 'oauth',
  endpoints: () => ({
    issuer: 'https://discord.com',
    authorization: 'https://discord.com/oauth2/authorize',
    token: 'https://discord.com/api/oauth2/token',
    api: 'https://discord.com/api/v10',
  }),
  authenticate: 'secret-in-body',
  scopes: ['identify', 'email'],
  async ask(get, { api }) {
    const user = (await get(`${api}/users/@me`)) as User;
    const { id, avatar } = user;
    const hasPicture = typeof id === 'string' && typeof avatar === 'string' && /^\w+$/.test(id + avatar);
    return {
      sub: id,
      email: user.email,
      email_verified: user.verified,
      name: user.global_name ?? user.username,
      locale: user.locale,
      picture: hasPicture ? `https://cdn.discordapp.com/avatars/${id}/${avatar}.png` : undefined,
    };
  },
};
