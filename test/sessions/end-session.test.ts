import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, REFRESH, verifiedPerson, signedUpPerson, signIn } from '../support/people.js';

const END_SESSION = /* GraphQL */ `
  mutation ($id: ID!) {
    endSession(input: { sessionId: $id }) {
      endedSessions
    }
  }
`;
const SESSIONS = /* GraphQL */ `
  {
    me {
      sessions {
        id
        createdAt
        lastUsedAt
        expiresAt
        ipAddress
        userAgent
        device
        current
        authenticationMethods
      }
    }
  }
`;
const FIREFOX = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const endSession = (id: string, token?: string) => gateway.gql(END_SESSION, { id }, { token });

describe('endSession', () => {
  test('ends another of one’s own sessions', async () => {
    const ada = await signedUpPerson(gateway);
    const phone = await signIn(gateway, ada);
    expect((await endSession(phone.sessionId, ada.accessToken)).data!.endSession).toEqual({ endedSessions: 1 });
    expectCode(await gateway.gql(ME, {}, { token: phone.accessToken }), 'TOKEN_REVOKED');
    expectCode(await gateway.gql(REFRESH, { input: { refreshToken: phone.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    expect((await gateway.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
  });

  test('ends the current one too', async () => {
    const ada = await signedUpPerson(gateway);
    expect((await endSession(ada.sessionId, ada.accessToken)).errors).toEqual([]);
    expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
  });

  test('does not find another person’s session, nor one that has ended, nor what is no id', async () => {
    const ada = await signedUpPerson(gateway);
    const grace = await signedUpPerson(gateway);
    const old = await signIn(gateway, ada);
    await endSession(old.sessionId, ada.accessToken);
    const upper = ada.sessionId.toUpperCase();
    for (const id of [
      grace.sessionId,
      old.sessionId,
      ada.id,
      'x',
      '',
      '\u0000',
      "' or true --",
      upper,
      '1'.repeat(9000),
    ]) {
      const answer = await endSession(id, ada.accessToken);
      expectCode(answer, 'NOT_FOUND');
      expect(answer.errors[0]!.extensions.field).toBe('input.sessionId');
    }
    expect((await gateway.ask(ME, {}, { token: grace.accessToken })).me.id).toBe(grace.id);
  });

  test('needs a person', async () => {
    const ada = await signedUpPerson(gateway);
    expectCode(await endSession(ada.sessionId), 'UNAUTHENTICATED');
    expect((await gateway.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
  });
});

describe('the list of sessions', () => {
  test('holds one’s own live sessions, newest first, and says which is this one', async () => {
    const ada = await verifiedPerson(gateway);
    await signedUpPerson(gateway);
    const laptop = await signIn(gateway, ada, { headers: { 'user-agent': FIREFOX } });
    const phone = await signIn(gateway, ada);
    const ended = await signIn(gateway, ada);
    await endSession(ended.sessionId, ended.accessToken);
    const { me } = await gateway.ask(SESSIONS, {}, { token: laptop.accessToken });
    expect(me.sessions.slice(0, 2)).toMatchObject([
      { id: phone.sessionId, current: false },
      {
        id: laptop.sessionId,
        current: true,
        userAgent: FIREFOX,
        device: 'Firefox on macOS',
        ipAddress: '127.0.0.1',
        authenticationMethods: ['PASSWORD'],
      },
    ]);
    // The third is that of the one-time code.
    expect(me.sessions).toHaveLength(3);
    expect(me.sessions[2].authenticationMethods).toEqual(['EMAIL_CODE']);
  });

  test('holds nothing that a token could be made of', async () => {
    const ada = await signedUpPerson(gateway);
    const { text } = await gateway.gql(SESSIONS, {}, { token: ada.accessToken });
    expect(text).not.toContain(ada.refreshToken.split('.')[0]);
    expect(text).not.toContain(ada.refreshToken.split('.')[1]);
  });

  test('is refused without a token', async () => {
    expectCode(await gateway.gql(SESSIONS), 'UNAUTHENTICATED');
  });

  test('forgets a session that was not used for too long', async () => {
    const ada = await signedUpPerson(gateway);
    gateway.clock.advance(31 * 86_400_000);
    const { accessToken, sessionId } = await signIn(gateway, ada);
    const { me } = await gateway.ask(SESSIONS, {}, { token: accessToken });
    expect(me.sessions.map(({ id }: { id: string }) => id)).toEqual([sessionId]);
  });
});
