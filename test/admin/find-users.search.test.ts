import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, type SignedInPerson } from '../support/people.js';

/** E-mail address, username, display name. */
const AWKWARD: [string, string | null, string | null][] = [
  ['frances.lovelace.715448.678a98@example.com', 'frances.715448.678a98', 'Frances Lovelace'],
  ['frances.lovelace.715449.678a98@example.com', 'frances.715449.678a98', 'Frances Lovelace-Byron'],
  ['xfrances.715448.678a98x@example.com', null, 'The beginning. and.the.end.'],
  [`o'hara+tag@example.com`, `o''hara`, `Scarlett "O'Hara" \\ Wilkes`],
  ['100%_sure@example.com', '%_%', `50 %% off_now 'a':* & !b | (c <-> d) :A`],
  ['a:b&c|d!e@example.com', ':*', ' .leading and trailing. '],
  ['back\\slash\\\\@example.com', '\\%', 'back\\'],
  ['größe.straße@bücher.example', 'ÄÖÜ.äöü', 'Größe STRASSE ẞ Straße'],
  ['istanbul@example.com', 'İstanbul.ılık', 'IŞIK ışık İI.ıi.İ'],
  ['sigma@example.com', 'ΟΔΥΣΣΕΥΣ.ὀδυσσεύς', 'ΑΣ.ΒΣ ΓΣ-Σ Σ'],
  ['combining@example.com', 'cafe\u0301.nai\u0308ve', 'e\u0301.e\u0301 \u0301.x A\u030a.Å.\u212b.\u212a'],
  ['cjk@example.com', '山田.太郎', '山田 太郎・やまだ　たろう 김철수'],
  ['emoji@example.com', '👩‍👩‍👧.🦊', '🦊 fox.🦊.🇩🇪 𝒜𝒹𝒶.𐐀𐐨'],
  ['space@example.com', 'tab\there.too', 'no\u00a0break\u2003em tab\t.\tnew\nline\u007f.\u0085'],
  ['arabic@example.com', 'محمد.علي', 'محمد علي ١٢٣.٤٥٦'],
  ['...dots...@example.com', '...', '-- drop -- ; /* */'],
];
const SEARCHED = `lower(' ' || email || ' ' || coalesce(username, '') || ' ' || coalesce(display_name, ''))`;

let gateway: TestGateway;
let chief: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  chief = await admin(gateway);
  const insert = `INSERT INTO users (id, email, username, display_name, created_at, updated_at)
    SELECT gen_random_uuid(), p.email, p.username, p.name, '2026-01-01'::timestamptz + p.n * interval '1 second', now() FROM`;
  await gateway.database.sql(
    `${insert} (SELECT n, 'plain' || n || '@plain.example', 'plain_' || n, 'Plain ' || n FROM generate_series(1, 3000) n) p (n, email, username, name)`,
  );
  // The sample that is kept has none of those who come now: their words are rare.
  await gateway.database.sql('ANALYZE users');
  await gateway.database.sql(
    `${insert} unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY p (email, username, name, n)`,
    [0, 1, 2].map((column) => AWKWARD.map((person) => person[column])),
  );
});

async function found(search: string): Promise<string[]> {
  const query = 'query ($search: String) { users(first: 100, search: $search) { nodes { email } } }';
  const { data, errors } = await gateway.gql(query, { search }, { token: chief.accessToken });
  expect(errors).toEqual([]);
  return data!.users.nodes.map(({ email }: { email: string }) => email);
}

/** Read from the table, letter by letter, without pattern or index. */
async function plainly(search: string): Promise<string[]> {
  const rows = await gateway.database.sql<{ email: string }>(
    `SELECT email FROM users WHERE deleted_at IS NULL AND strpos(${SEARCHED}, lower($1)) > 0
      ORDER BY created_at DESC, id DESC LIMIT 100`,
    [search.length < 3 ? ` ${search}` : search],
  );
  return rows.map(({ email }) => email);
}

const PARTS = AWKWARD.flatMap((person) => person.filter((text) => text !== null));

test('a search finds what a plain comparison finds, whatever separates the words and in every alphabet', async () => {
  const cut = fc
    .tuple(
      fc.constantFrom(...PARTS, ...AWKWARD.map((person) => person.map((text) => text ?? '').join(' '))),
      fc.nat(),
      fc.nat(),
    )
    .map(([text, from, length]) => {
      const letters = Array.from(text);
      const start = from % letters.length;
      return letters.slice(start, start + 1 + (length % (letters.length - start))).join('');
    });
  const search = fc
    .oneof(
      { weight: 6, arbitrary: cut },
      { weight: 2, arbitrary: cut.map((text) => text.toUpperCase()) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(cut, fc.constantFrom(' ', '.', '%', '_', '\\', "'", ':*', '&'))
          .map(([text, end]) => `${end}${text}${end}`),
      },
      { weight: 1, arbitrary: fc.tuple(cut, cut).map((both) => both.join('.')) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    )
    .map((text) => text.replaceAll('\0', '').trim())
    .filter((text) => text !== '' && text.length <= 254);
  await fc.assert(
    fc.asyncProperty(search, async (text) => {
      expect(await found(text)).toEqual(await plainly(text));
    }),
    { numRuns: 400, examples: PARTS.map((text): [string] => [text.trim()]) },
  );
}, 120_000);

test('a whole address, a username and their parts find the one person', async () => {
  for (const search of [
    'frances.lovelace.715448.678a98@example.com',
    'ces.lovelace.715448.678a98@exam',
    'Lovelace.715448',
    'frances lovelace-b',
  ])
    expect(await found(search)).toHaveLength(1);
  expect(await found('frances.715448.678a98')).toEqual([
    'xfrances.715448.678a98x@example.com',
    'frances.lovelace.715448.678a98@example.com',
  ]);
  expect(await found('frances.lovelace.715450.678a98')).toEqual([]);
  expectCode(
    await gateway.gql(
      '{ users(search: "frances.715448\\u0000.678a98") { nodes { id } } }',
      {},
      { token: chief.accessToken },
    ),
    'BAD_USER_INPUT',
  );
});

test('rare words are looked up in the index of words', async () => {
  const scans = async () => {
    await found('frances.lovelace.715448.678a98@example.com');
    const [row] = await gateway.database.sql<{ scans: number }>(
      `SELECT idx_scan::int AS scans FROM pg_stat_user_indexes WHERE indexrelname = 'users_words'`,
    );
    return row!.scans;
  };
  // The server's count comes a moment later.
  for (let turn = 0; turn < 50 && (await scans()) === 0; turn += 1) await sleep(200);
  expect(await scans()).toBeGreaterThan(0);
});

test('without statistics, or where all words are common, the same people are found', async () => {
  const text = 'xfrances.715448.678a98x';
  await gateway.database.sql('ANALYZE users');
  expect(await found(text)).toEqual(await plainly(text));
  expect(await found('plain.example')).toEqual(await plainly('plain.example'));
  const own = await startGateway();
  const boss = await admin(own);
  const query = 'query ($search: String) { users(search: $search) { nodes { email } } }';
  const { users } = await own.ask(query, { search: boss.email }, { token: boss.accessToken });
  expect(users.nodes).toEqual([{ email: boss.email }]);
});
