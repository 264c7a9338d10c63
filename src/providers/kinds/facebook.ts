import type { OauthKind } from '../kind.js';

const VERSION = 'v23.0';

interface User {
  id?: unknown;
  name?: unknown;
  email?: unknown;
  picture?: { data?: { url?: unknown } };
}

/** The id is specific to this app. There may be no address, and nothing says whether one is verified, so it counts as unverified. */
export const facebook: OauthKind = {
  protocol: 'oauth',
  endpoints: () => ({
    issuer: 'https://www.facebook.com',
    authorization: `https://www.facebook.com/${VERSION}/dialog/oauth`,
    token: `https://graph.facebook.com/${VERSION}/oauth/access_token`,
    api: `https://graph.facebook.com/${VERSION}`,
  }),
  authenticate: 'secret-in-body',
  scopes: ['email', 'public_profile'],
  separator: ',',
  async ask(get, { api }) {
    const user = (await get(`${api}/me?fields=id,name,email,picture.type(large)`)) as User;
    return { sub: user.id, email: user.email, name: user.name, picture: user.picture?.data?.url };
  },
};
