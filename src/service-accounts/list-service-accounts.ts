import type { Needs } from '../context.js';
import { connectionOf, type Listing, type PageArgs, readPage } from '../platform/pagination.js';
import { mapRows, type RowOf } from '../platform/row-mapping.js';
import { ServiceAccount } from './service-account.entity.js';

export const ServiceAccountConnection = connectionOf(ServiceAccount, 'ServiceAccount');
export type ServiceAccountConnection = InstanceType<typeof ServiceAccountConnection>;

/** A page of the service accounts that are not deleted, newest first. */
export function listServiceAccounts(ctx: Needs<'sql' | 'pages'>, args: PageArgs): Promise<ServiceAccountConnection> {
  return readPage(ctx, ServiceAccountConnection, LISTING, args);
}

const ROW = mapRows(ServiceAccount);

const LISTING: Listing<RowOf<ServiceAccount>, ServiceAccount> = {
  columns: ROW.selected('a'),
  from: 'service_accounts a',
  where: () => ['a.deleted_at is null'],
  order: { name: 'created_at', key: 'a.created_at', type: 'timestamptz', id: 'a.id', direction: 'DESC' },
  node: (row) => ROW.read(row),
};
