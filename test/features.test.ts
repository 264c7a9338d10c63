import { beforeAll, expect, test } from '@jest/globals';
import type { Context } from '../src/context.js';
import { Refusal } from '../src/errors.js';
import type { Feature, FormPage, Route } from '../src/feature.js';
import { expectCode } from './support/client.js';
import { startGateway, type TestGateway } from './support/gateway.js';
import { product } from './support/product.js';

// A feature as a folder would bring it. No file of the product knows it: it is passed to the composition root.
const { FEATURES, PERMISSIONS, defineMail, enqueueMail, greeting, paragraph } = product;
// Scalars of the product's own graphql: the class String of a test is another one.
const { Ctx, ID, Int, Mutation, Query, Resolver } = product.typeGraphql;
const { Entity, PrimaryKey, Property } = product.decorators;
const DAY = 86_400_000;

@Entity({ tableName: 'notes' })
class Note {
  @PrimaryKey({ type: 'text' })
  id!: string;

  @Property({ type: 'datetime' })
  createdAt!: Date;
}

@Resolver()
class NotesResolver {
  @Query(() => ID)
  async notes(@Ctx() { em }: Context) {
    const notes = await em.find(Note, {}, { orderBy: { id: 'asc' } });
    return notes.map(({ id }) => id).join(' ');
  }

  @Query(() => ID)
  noteWithoutRow() {
    return 'nobody may see this';
  }

  @Mutation(() => Int)
  async writeNote(@Ctx() ctx: Context) {
    await ctx.em.transactional(async (em) => {
      for (const locale of ['en', 'de-AT'])
        await enqueueMail(
          { ...ctx, em },
          { mail: noteMail, to: `${locale}@example.com`, locale, app: null, params: { by: 'Ada' } },
        );
      await ctx.jobs.enqueue(em, 'write-note', { id: 'from-the-job' });
    });
    return 1;
  }

  @Mutation(() => Int)
  async purgeNotes(@Ctx() ctx: Context) {
    await ctx.em.transactional((em) => ctx.jobs.enqueue(em, 'purge-expired', {}));
    return 1;
  }
}

const noteMail = defineMail<{ by: string }>({
  name: 'note',
  blocks: ({ by }) => [greeting(), paragraph('intro', { by })],
  sample: { by: 'Ada' },
  phrases: {
    en: { subject: 'A note at {{product}}', intro: '{{by}} has written a note.' },
    de: { subject: 'Eine Notiz bei {{product}}', intro: '{{by}} hat eine Notiz geschrieben.' },
  },
});

const notePage: FormPage<'id'> = {
  path: '/note',
  operation: 'writeNote',
  fields: { id: { from: 'person', label: 'name' } },
  submit: ({ em, clock }, { id }) => em.insert(Note, { id, createdAt: clock.now() }),
  phrases: {
    en: {
      title: 'Write a note',
      text: 'Say its name.',
      button: 'Write',
      done: 'Written',
      next: 'It is kept for a day.',
      name: 'Its name',
    },
    de: {
      title: 'Notiz schreiben',
      text: 'Nennen Sie den Namen.',
      button: 'Schreiben',
      done: 'Geschrieben',
      next: 'Sie bleibt einen Tag.',
      name: 'Ihr Name',
    },
  },
};

const readRoute: Route = {
  method: 'GET',
  path: '/notes/:id',
  operation: 'readNote',
  async answer({ em }, { params: { id = '' }, query }) {
    const found = await em.findOne(Note, id);
    if (!found) throw new Refusal(query.busy ? 'RATE_LIMITED' : 'NOT_FOUND', query.busy ? { retryAfter: 7 } : {});
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: found.id };
  },
};

const notes: Feature = {
  name: 'notes',
  entities: [Note],
  resolvers: [NotesResolver],
  mails: [noteMail],
  pages: [notePage],
  routes: [readRoute],
  jobs: [
    {
      name: 'write-note',
      create: ({ em, clock }) => ({
        name: 'write-note',
        work: async ({ id }: { id: string }) => {
          await em.fork().insert(Note, { id, createdAt: clock.now() });
        },
      }),
    },
  ],
  retention: [{ table: 'notes', where: 'created_at < ?', after: DAY }],
};

let gateway: TestGateway;

beforeAll(async () => {
  const anyone = PERMISSIONS.Query.authSettings;
  gateway = await startGateway(
    {},
    {
      features: [...FEATURES, notes],
      permissions: {
        ...PERMISSIONS,
        Query: { ...PERMISSIONS.Query, notes: anyone },
        Mutation: { ...PERMISSIONS.Mutation, writeNote: anyone, purgeNotes: anyone },
      },
    },
  );
  await gateway.database.sql('create table notes (id text primary key, created_at timestamptz not null)');
});

const read = async () => (await gateway.ask<any>('{ notes }')).notes as string;
const until = async (expected: string) => {
  for (const end = performance.now() + 40_000; (await read()) !== expected && performance.now() < end;)
    await new Promise((done) => setTimeout(done, 20));
  expect(await read()).toBe(expected);
};

test('its queries read its entities, its mails leave in every language, and its jobs are worked', async () => {
  expect(await read()).toBe('');
  await gateway.ask('mutation { writeNote }');
  const english = await gateway.mailbox.lastTo('en@example.com', 'note');
  expect([english.subject, english.text]).toEqual([
    expect.stringMatching(/^A note at /),
    expect.stringContaining('Hello,\n\nAda has written a note.'),
  ]);
  const german = await gateway.mailbox.lastTo('de-AT@example.com', 'note');
  expect([german.subject, german.text]).toEqual([
    expect.stringMatching(/^Eine Notiz bei /),
    expect.stringContaining('Guten Tag,\n\nAda hat eine Notiz geschrieben.'),
  ]);
  expect(await (await gateway.http('/dev/mails')).text()).toContain('note.de');
  await until('from-the-job');
});

test('its page is served in every language, and its form is submitted', async () => {
  const page = await gateway.http('/note?lang=de');
  expect(page.status).toBe(200);
  expect(await page.text()).toMatch(/<h1>Notiz schreiben<\/h1>[^]*<label for="id">Ihr Name<\/label>/);
  const sent = await gateway.http('/note', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: 'id=a-note',
  });
  expect([sent.status, await sent.text()]).toEqual([200, expect.stringContaining('<h1>Written</h1>')]);
  expect(await read()).toContain('a-note');
});

test('its routes answer over HTTP, and a refusal has its status, code and header', async () => {
  await gateway.database.sql(`insert into notes values ('routed', now())`);
  const found = await gateway.http('/notes/routed');
  expect([found.status, found.headers.get('cache-control'), await found.text()]).toEqual([200, 'no-store', 'routed']);
  const missing = await gateway.http('/notes/missing');
  expect([missing.status, (await missing.json()).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
  const busy = await gateway.http('/notes/missing?busy=1');
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '7']);
  const page = await gateway.http('/notes/missing', { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')]);
});

test('what has expired by its retention is deleted', async () => {
  await gateway.database.sql('delete from notes');
  const now = gateway.clock.now().getTime();
  const insert = (id: string, age: number) =>
    gateway.database.sql('insert into notes values ($1, $2)', [id, new Date(now - age)]);
  await insert('old', 1.1 * DAY);
  await insert('young', 0.9 * DAY);
  await gateway.ask('mutation { purgeNotes }');
  await until('young');
});

test('an operation of it that has no row in the permissions is refused, as every other', async () => {
  expectCode(await gateway.gql('{ noteWithoutRow }'), 'FORBIDDEN');
});
