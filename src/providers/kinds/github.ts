import type { OauthKind } from '../kind.js';

interface User {
  id?: unknown;
  login?: unknown;
  name?: unknown;
  avatar_url?: unknown;
}
interface Email {
  email?: unknown;
  primary?: unknown;
  verified?: unknown;
}

/** github.com, ghe.com, or a GitHub Enterprise Server. The key is the numeric id: a login can be given up, and taken by another person. */
export const github: OauthKind = {
  protocol: 'oauth',
  endpoints({ baseUrl }) {
    const base = (baseUrl ?? 'https://github.com').replace(/\/$/, '');
    const { host } = new URL(base);
    const isHosted = host === 'github.com' || host.endsWith('.ghe.com');
    return {
      // The issuer that its responses name (RFC 9207).
      issuer: `${base}/login/oauth`,
      authorization: `${base}/login/oauth/authorize`,
      token: `${base}/login/oauth/access_token`,
      api: isHosted ? `https://api.${host}` : `${base}/api/v3`,
    };
  },
  authenticate: 'secret-in-body',
  scopes: ['user:email'],
  async ask(get, { api }) {
    const [user, emails] = (await Promise.all([get(`${api}/user`), get(`${api}/user/emails`)])) as [User, Email[]];
    const primary = Array.isArray(emails) ? emails.find((one) => one?.primary === true) : undefined;
    return {
      sub: Number.isSafeInteger(user.id) ? String(user.id) : undefined,
      email: primary?.email,
      email_verified: primary?.verified,
      name: user.name ?? user.login,
      picture: user.avatar_url,
    };
  },
};
