import { isSafeTransport } from '../platform/safe-transport.js';
import { PROVIDER_KINDS, type ProviderKind } from './provider-kinds.js';
import type { ProviderSettings } from './provider-settings.js';

export interface Transmitter {
  /** The id of the identity provider whose sessions it ends. */
  provider: string;
  issuer: string;
}

/** What is wrong with SSF_TRANSMITTERS, in a sentence for each of them. */
export function validateTransmitters(
  transmitters: readonly Transmitter[],
  providers: readonly Pick<ProviderSettings, 'id' | 'kind'>[],
  { production }: { production: boolean },
): string[] {
  const ids = transmitters.map(({ provider }) => provider);
  return transmitters.flatMap(({ provider, issuer }, index) => {
    const kind = providers.find(({ id }) => id === provider)?.kind;
    const problem =
      (!kind && 'it is none of PROVIDERS. Configure the provider too') ||
      (kind && !isOpenId(kind) && 'identities of this kind have no issuer whose events could name them. Remove it') ||
      (ids.indexOf(provider) !== index && 'it is written twice. Remove one of them') ||
      (!isSafeTransport(issuer, production) && 'write an issuer that begins with https://');
    return problem ? [`SSF_TRANSMITTERS: of ${provider}: ${problem}.`] : [];
  });
}

/** Each kind that speaks OpenID Connect has an issuer to set, and no other has. */
function isOpenId(kind: ProviderKind): boolean {
  const { needs, takes }: { needs: readonly string[]; takes: readonly string[] } = PROVIDER_KINDS[kind];
  return needs.includes('issuer') || takes.includes('issuer');
}
