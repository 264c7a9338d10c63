import { describe, expect, test } from '@jest/globals';
import { hashOfSeal, keyIdOf, leafOf, purgeProofOf, rootOf } from '../../src/audit/chain.js';
import { readSealed, readSeals } from '../../src/audit/seals.js';
import { grow, openAuditLog } from '../support/audit-log.js';

const OTHER = 'a lantern under the harbour bridge';

describe('the owner of the tables gets no clean verdict by naming another key', () => {
  const FOREIGN = `key_id = '\\x0123456789abcdef'`;

  test('on a seal: it is ours, and altered, as are its events', async () => {
    const log = await openAuditLog();
    const ids = await grow(log, 3);
    await log.tamper(`update audit_seals set ${FOREIGN} where number = 2`);
    expect(await log.verify()).toMatchObject({ problems: ['seal 2 was altered'], foreign: null });
    await log.tamper(`update audit_events set action = 'logout' where id = $1`, [ids[2]]);
    expect((await log.verify()).problems).toContain(`event ${ids[2]} (seq 3) was altered after seal 2`);
    await log.tamper('update audit_seals set key_id = null where number = 2');
    expect((await log.verify()).problems).toContain('seal 2 was altered');
  });

  test('on a seal in which nothing fits any more: it is reported, and never skipped', async () => {
    const log = await openAuditLog();
    await grow(log, 3);
    const zero = `decode(repeat('00', 16), 'hex')`;
    const digests = `overlay(overlay(leaves placing ${zero} from 17) placing ${zero} from 49)`;
    await log.tamper(`update audit_seals set ${FOREIGN}, root = '\\x00', leaves = ${digests} where number = 2`);
    await log.tamper(`update audit_events set action = 'logout' where seq = 3`);
    const { foreign, problems } = await log.verify();
    expect(foreign).toMatch(/^seal 2 \(key 0123456789abcdef\), with 2 events/);
    expect(problems).toEqual([]);
  });

  test('on a chain that they made anew, event by event, with a key of their own', async () => {
    const log = await openAuditLog();
    const head = await grow(log, 2).then(() => log.verify());
    log.rotate(OTHER);
    await log.tamper(`update audit_events set action = 'logout' where seq = 1`);
    let previous: Buffer = Buffer.alloc(0);
    for (const seal of await readSeals(log.statements, 0, 10)) {
      const key = log.auditKey();
      const rows = await readSealed(log.statements, seal.firstSeq, seal.lastSeq, 10);
      const leaves = Buffer.concat(rows.map((row) => leafOf(key, row)));
      const made = Object.assign({}, seal, { leaves, root: rootOf(key, leaves), previous, keyId: keyIdOf(key) });
      previous = hashOfSeal(key, made);
      await log.tamper(
        'update audit_seals set leaves = $1, root = $2, previous = $3, key_id = $4, hash = $5 where number = $6',
        [leaves, made.root, made.previous, made.keyId, previous, seal.number],
      );
    }
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null });
    log.rotate();
    expect((await log.verify()).foreign).toMatch(/^seals 1 to 2 .* they were forged\.$/);
    expect((await log.verify(head.head!)).problems).toEqual([expect.stringContaining('its end was cut off')]);
  });

  test('in a proof of purging, nor by naming ours', async () => {
    const log = await openAuditLog();
    await grow(log, 2);
    const proof = async (secret?: string) => {
      log.rotate(secret);
      const [seal] = await readSeals(log.statements, 1, 1);
      return purgeProofOf(log.auditKey(), seal!);
    };
    const [ours, theirs] = [await proof(), await proof(OTHER)];
    log.rotate();
    const mark = `update audit_seals set purged_at = now(), leaves = '', purge_proof = $1 where number = 1`;
    await log.tamper('delete from audit_events where seq <= 2');
    await log.tamper(mark, [theirs]);
    expect((await log.verify()).foreign).toMatch(/^seal 1 .* purged with another key/);
    await log.tamper(mark, [Buffer.concat([ours.subarray(0, 8), theirs.subarray(8)])]);
    expect((await log.verify()).problems).toEqual(['seal 1 was not purged by the retention job']);
    // The proof covers what the seal says, so that a purged one cannot be made foreign either.
    await log.tamper(mark, [ours]);
    expect(await log.verify()).toMatchObject({ problems: [], foreign: null });
    await log.tamper(`update audit_seals set ${FOREIGN}, newest_at = now() where number = 1`);
    expect((await log.verify()).problems).toEqual(['seal 1 was not purged by the retention job']);
  });
});
