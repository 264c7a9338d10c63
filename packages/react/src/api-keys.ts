import type { ApiKey, Sallyport } from '@sallyport/client';
import { useMemo } from 'react';
import { type Listing, useListing } from './listing.js';
import { useSallyport, useStores } from './session.js';

type NewApiKey = Parameters<Sallyport['createApiKey']>[0];
type ApiKeyCreated = Awaited<ReturnType<Sallyport['createApiKey']>>;

export interface ApiKeys extends Listing {
  apiKeys: readonly ApiKey[];
  /** The `secret` of the answer is shown only this once. Null if it was refused. */
  createApiKey(input: NewApiKey): Promise<ApiKeyCreated | null>;
  /** Whether it is revoked. */
  revokeApiKey(apiKeyId: string): Promise<boolean>;
}

const NONE: readonly ApiKey[] = [];

/** The API keys of the signed-in user, for their programs. */
export function useApiKeys(): ApiKeys {
  const sallyport = useSallyport();
  const { apiKeys } = useStores();
  const { value, listing, attempt } = useListing(apiKeys);
  const actions = useMemo(
    () => ({
      createApiKey: (input: NewApiKey) =>
        attempt(
          () => sallyport.createApiKey(input),
          ({ apiKey }) => apiKeys.change((all) => [apiKey, ...all]),
        ),
      revokeApiKey: async (apiKeyId: string) => {
        const revoked = await attempt(
          () => sallyport.revokeApiKey({ apiKeyId }),
          (key) => apiKeys.change((all) => all.map((one) => (one.id === key.id ? key : one))),
        );
        return revoked !== null;
      },
    }),
    [sallyport, apiKeys, attempt],
  );
  return { ...listing, apiKeys: value ?? NONE, ...actions };
}
