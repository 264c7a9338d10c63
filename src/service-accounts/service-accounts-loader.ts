import DataLoader from 'dataloader';
import type { Needs } from '../context.js';
import type { Role } from '../roles/role.entity.js';
import { ServiceAccountRole } from './service-account-role.entity.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccount } from './service-account.entity.js';

/** Includes deleted ones, which the audit log names. */
export function serviceAccountById({ em }: Needs<'em'>): DataLoader<string, ServiceAccount | null> {
  return new DataLoader(async (ids) => {
    const found = await em.find(ServiceAccount, { id: { $in: [...ids] } });
    const byId = new Map(found.map((account) => [account.id, account]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** By name; one statement for all the service accounts of a request. */
export function rolesOfServiceAccount({ em }: Needs<'em'>): DataLoader<string, Role[]> {
  return new DataLoader(async (ids) => {
    const of = { serviceAccount: { $in: [...ids] } };
    const held = await em.find(ServiceAccountRole, of, { populate: ['role'], orderBy: { role: { name: 'asc' } } });
    return ids.map((id) => held.filter((one) => one.serviceAccount.id === id).map(({ role }) => role));
  });
}

/** The oldest first, which a rotation revokes at its end. Each account has two at most. */
export function secretsOfServiceAccount({ em }: Needs<'em'>): DataLoader<string, ServiceAccountSecret[]> {
  return new DataLoader(async (ids) => {
    const of = { serviceAccount: { $in: [...ids] } };
    const found = await em.find(ServiceAccountSecret, of, { orderBy: { createdAt: 'asc', id: 'asc' } });
    return ids.map((id) => found.filter(({ serviceAccount }) => serviceAccount.id === id));
  });
}
