import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import { Password } from './password.entity.js';

/** Whether users have a password, by user id; one statement for all the users of a request. Never the hash. */
export function hasPassword(from: Needs<'em'>): DataLoader<string, boolean> {
  return new DataLoader(async (ids) => {
    const held = await from.em.find(Password, { user: { $in: [...ids] } }, { fields: ['user'], filters: false });
    const holders = new Set(held.map(({ user }) => user.id));
    return ids.map((id) => holders.has(id));
  });
}
