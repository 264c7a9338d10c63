import { beforeAll, beforeEach } from '@jest/globals';
import { startGateway, type TestGateway } from './gateway.js';
import { LOGIN, REFRESH, REGISTER, STRONG_PASSWORD } from './people.js';
import { type SignedReceiver, startReceiver, WEBHOOK_SECRET } from './signed-receiver.js';

export let gateway: TestGateway;
export let hook: SignedReceiver;

/** A gateway that asks a hook about everything. Before each test the hook allows everything, and has been asked nothing. */
export function hooked(): void {
  beforeAll(async () => {
    hook = await startReceiver();
    gateway = await startGateway({
      HOOKS_URL: hook.url,
      HOOKS_SECRET: WEBHOOK_SECRET,
      HOOKS: 'before.register,before.sign-in,before.token',
    });
  });
  beforeEach(() => {
    hook.asked.splice(0);
    hook.answer(() => ({ allow: true }));
  });
}

/** Refuses what is of this type, and allows the rest. */
export const refuse = (type: string, message?: string) =>
  hook.answer((question) => (question.type === type ? { allow: false, message } : { allow: true }));

export const register = (email: string, at = gateway) =>
  at.gql(REGISTER, { input: { email, password: STRONG_PASSWORD } });
export const login = (email: string, at = gateway) =>
  at.gql(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
export const refresh = (refreshToken: string, at = gateway) => at.gql(REFRESH, { input: { refreshToken } });

export const types = () => hook.asked.map(({ type }) => type);

export async function sessionsOf(email: string): Promise<number> {
  const sql = 'select 1 from sessions s join users u on u.id = s.user_id where u.email = $1';
  return (await gateway.database.sql(sql, [email])).length;
}
