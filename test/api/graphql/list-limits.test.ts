import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { signedInPerson, type SignedInPerson } from '../../support/people.js';

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
});

const nested = (outer: number, inner: number) => `{
  me { activity(first: ${outer}) { nodes { subject { activity(first: ${inner}) { nodes { id } } } } } }
}`;

test('lists inside lists are answered as long as they stay small together', async () => {
  const { errors, data } = await gateway.gql(nested(5, 5), {}, { token: ada.accessToken });
  expect(errors).toEqual([]);
  expect(data?.me.activity.nodes.length).toBeGreaterThan(0);
});

test('lists inside lists cannot multiply into more rows than a request may have', async () => {
  for (let count = 0; count < 25; count += 1) {
    const input = { displayName: `Ada ${count}` };
    await gateway.gql(
      `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }`,
      { input },
      { token: ada.accessToken },
    );
  }
  const { errors, data } = await gateway.gql(nested(100, 100), {}, { token: ada.accessToken });
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  const answered = data?.me.activity.nodes.filter(
    ({ subject }: { subject: { activity: unknown } }) => subject.activity,
  );
  expect(answered.length).toBeLessThanOrEqual(19);
});

test('a list of no rows, and its total, are paid for too: each is a statement', async () => {
  const totals = Array.from({ length: 15 }, (_, number) => `a${number}: activity(first: 0) { totalCount }`).join(' ');
  const { errors, data } = await gateway.gql(
    `{ me { activity(first: 20) { nodes { subject { ${totals} } } } } }`,
    {},
    { token: ada.accessToken },
  );
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  expect(errors[0]!.extensions).toMatchObject({ limit: 'rows', allowed: 2000 });
  const subjects: Record<string, unknown>[] = data?.me.activity.nodes.map(
    ({ subject }: { subject: object | null }) => subject ?? {},
  );
  const counted = subjects.flatMap((subject) => Object.values(subject)).filter(Boolean);
  expect(counted.length).toBeLessThanOrEqual(66);
});

test('the next request begins anew', async () => {
  expect((await gateway.gql(nested(5, 5), {}, { token: ada.accessToken })).errors).toEqual([]);
});
