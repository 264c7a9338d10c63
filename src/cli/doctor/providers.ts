import { createBoundedFetch } from '../../providers/bounded-fetch.js';
import { KINDS } from '../../providers/kinds.js';
import { createOpenIdDocuments } from '../../providers/open-id-documents.js';
import { providerErrorOf } from '../../providers/provider-error-of.js';
import { type CheckNeeds, type Found, problem } from './finding.js';

/** Checks the providers that publish a discovery document. */
export async function checkProviders({ config, clock }: CheckNeeds): Promise<Found[]> {
  const production = config.nodeEnv === 'production';
  const needs = { clock, production, config, fetch: createBoundedFetch({ production }) };
  const checks = config.providers.map(async (settings): Promise<Found[]> => {
    const kind = KINDS[settings.kind];
    if (kind.protocol !== 'openid') return [];
    const { metadata, keys } = createOpenIdDocuments(kind, settings, needs);
    try {
      await metadata.get();
      await keys.get();
      return [];
    } catch (error) {
      const { message } = providerErrorOf(error);
      return [
        problem(
          `The identity provider ${settings.id} cannot be used: ${message}.`,
          'No user can sign in with it.',
          'Compare its issuer with the provider’s documentation, to the letter, and check whether this machine reaches it: docs/providers.md.',
        ),
      ];
    }
  });
  return (await Promise.all(checks)).flat();
}
