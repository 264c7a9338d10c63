import type { EntityManager } from '@mikro-orm/postgresql';
import { Field, ObjectType } from 'type-graphql';
import { clientSecrets, hashOfClientSecret } from './client-secret.js';
import { ServiceAccountSecret } from './service-account-secret.entity.js';
import { ServiceAccount } from './service-account.entity.js';

@ObjectType({ description: 'A service account and its new secret.' })
export class ServiceAccountCreated {
  @Field(() => ServiceAccount, { description: 'The service account.' })
  serviceAccount!: ServiceAccount;

  @Field(() => String, {
    description: "OAuth's client_secret, which is shown this once. Send it with the client_id to POST /oauth/token.",
  })
  clientSecret!: string;
}

/** In the caller's transaction. */
export function newSecret(tx: EntityManager, serviceAccount: ServiceAccount, createdAt: Date) {
  const secret = clientSecrets.create();
  const prefix = clientSecrets.prefixOf(secret);
  const row = tx.create(ServiceAccountSecret, {
    serviceAccount,
    prefix,
    secretHash: hashOfClientSecret(secret),
    createdAt,
  });
  return { secret, row };
}
