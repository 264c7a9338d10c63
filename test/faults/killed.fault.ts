import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { verifyChain } from '../../src/audit/verify.js';
import { createSecrets } from '../../src/keys/keys.js';
import { holderOf } from '../support/administration.js';
import { fault } from '../support/fault.js';
import { createKillRounds, type Round } from '../support/kill-rounds.js';
import { MUTATIONS, type Place } from '../support/mutations-table.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { startWithProvider } from '../support/provider-gateway.js';
import { CREATE_WEBHOOK } from '../support/webhook-documents.js';

/** `FAULTS=long npm run test:faults -- killed` by hand: every mutation, two or three times. */
const LONG = process.env.FAULTS === 'long';
const ROUNDS = LONG ? 200 : 20;

jest.setTimeout(1_200_000);

let place: Place;
let receiver: Server;
beforeAll(async () => {
  receiver = createServer((request, response) => void request.resume().on('end', () => response.writeHead(204).end()));
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  // In development webhooks of this machine are sent to, and by http.
  place = await startWithProvider({ NODE_ENV: 'development' });
  const { accessToken: token } = await holderOf(place.gateway, ['webhooks:write']);
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  await place.gateway.ask(CREATE_WEBHOOK, { input: { url } }, { token });
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

test('every mutation of the schema has a request that is killed', () => {
  const schema = buildSchema(readFileSync('schema.graphql', 'utf8'), { assumeValid: true });
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(Object.keys(MUTATIONS).toSorted()).toEqual(mutations.toSorted());
});

fault(
  `a server killed (SIGKILL) at a random moment of a mutation, ${ROUNDS} times`,
  'all of it is done or nothing; the retry is served, or answered as any repeated request is; nothing hangs or stays locked',
  async () => {
    const rounds = createKillRounds(place);
    const done: Round[] = [];
    try {
      for (const mutation of chosen()) done.push(await rounds.round(mutation, Math.random));
    } finally {
      await rounds.close();
    }
    const complaints = done.flatMap((round) => round.complaints.map((complaint) => `${round.mutation}: ${complaint}`));
    complaints.push(...(await hanging()));
    const count = (outcome: Round['outcome'], answered: boolean) =>
      done.filter((round) => round.outcome === outcome && round.answered === answered).length;
    const figure =
      `${done.length} rounds: ${count('nothing', false)} had done nothing, ${count('all', false)} all of it and not answered, ` +
      `${count('all', true)} all of it and answered; ${complaints.length} breaches`;
    return { figure: [figure, ...new Set(complaints)].join('; '), held: complaints.length === 0 };
  },
);

/** Other ones in each run, where not all are. */
function chosen(): string[] {
  const names = Object.keys(MUTATIONS);
  const from = LONG ? 0 : Math.floor(Math.random() * names.length);
  return Array.from({ length: ROUNDS }, (_, round) => names[(from + round) % names.length] as string);
}

/** Rows whose owner is missing, and jobs or mails that would wait for ever. */
async function hanging(): Promise<string[]> {
  const { database, config } = place.gateway;
  const left: string[] = [];
  for (const [what, query] of Object.entries(HANGING)) {
    let rows = await database.sql(query);
    for (let tries = 0; rows.length > 0 && tries < 400; tries += 1) {
      await sleep(100);
      rows = await database.sql(query);
    }
    if (rows.length > 0) left.push(`${rows.length} ${what}`);
  }
  const { sql, close } = await openTestDatabase(database.url);
  const { problems, foreign } = await verifyChain({ sql, keys: createSecrets(config) });
  await close();
  return [...left, ...problems, ...(foreign ? [foreign] : [])];
}

const HANGING = {
  'sessions without their event': `
    select s.id from sessions s where not exists (
      select from audit_events e where e.session_id = coalesce(s.impersonator_session_id, s.id)
         and (s.impersonator_session_id is null or e.action = 'impersonateUser' and e.subject_id = s.user_id))`,
  'accounts of a provider without their identity': `
    select e.subject_id from audit_events e join users u on u.id = e.subject_id
     where e.action = 'completeProviderSignIn' and e.outcome = 'SUCCEEDED'
       and not exists (select from identities i where i.user_id = u.id)
       and not exists (select from audit_events x where x.subject_id = u.id and x.action = 'unlinkIdentity')`,
  'mails that nobody sends': `select id from mails where sent_at is null`,
  'deliveries of webhooks that nobody sends': `
    select d.id from webhook_deliveries d join webhooks w on w.id = d.webhook_id where w.enabled and d.status <> 'DELIVERED'`,
  'jobs that nobody works': `
    select id from pgboss.job where state < 'completed' and start_after < now() - interval '5 s' and name <> '__pgboss__send-it'`,
  'events that are not sealed': `
    select id from audit_events where at < now() - interval '90 s' and seq > coalesce((select max(last_seq) from audit_seals), 0)`,
};
