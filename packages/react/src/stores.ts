import type { Sallyport } from '@sallyport/client';
import { createRecoveryCodes } from './recovery-codes-store.js';
import { createResource } from './resource-store.js';
import { createStepUp } from './step-up-store.js';

export type Stores = ReturnType<typeof createStores>;

const made = /* @__PURE__ */ new WeakMap<Sallyport, Stores>();

/** What all components of a client share. Nothing is done before a component subscribes, which none does on a server. */
export function storesOf(sallyport: Sallyport): Stores {
  const stores = made.get(sallyport) ?? createStores(sallyport);
  made.set(sallyport, stores);
  return stores;
}

function createStores(sallyport: Sallyport) {
  return {
    stepUp: createStepUp(sallyport),
    recoveryCodes: createRecoveryCodes(sallyport),
    settings: createResource(sallyport, () => sallyport.authSettings(), { isPublic: true }),
    factors: createResource(sallyport, () => sallyport.secondFactors()),
    sessions: createResource(sallyport, () => sallyport.sessions()),
    apiKeys: createResource(sallyport, () => sallyport.apiKeys()),
    identities: createResource(sallyport, () => sallyport.identities()),
  };
}
