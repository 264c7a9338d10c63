/** A CDP session of a Chromium page: Playwright's `context.newCDPSession(page)`, Puppeteer's `page.createCDPSession()`. */
export interface CdpSession {
  send(method: string, params?: object): Promise<unknown>;
}

export interface VirtualAuthenticatorOptions {
  /** `internal`: of this device, such as Touch ID. `usb`: a security key. `internal` unless given. */
  transport?: 'internal' | 'usb' | 'nfc' | 'ble' | 'hybrid';
  /** Whether it verifies its user, by a finger or a PIN. True unless given. */
  isUserVerified?: boolean;
  /** Passkeys of an earlier test, as `passkeys()` gave them. */
  passkeys?: StoredPasskey[];
}

/** A passkey with its private key. For tests alone. */
export interface StoredPasskey {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  privateKey: string;
  userHandle?: string;
  signCount: number;
}

export interface VirtualAuthenticator {
  /** All that it holds. Give them to another page, or keep them for another test. */
  passkeys(): Promise<StoredPasskey[]>;
  /** Answers the next requests like a user who has failed user verification, or like one who passes again. */
  setUserVerified(isUserVerified: boolean): Promise<void>;
  /** False: it is not touched, and requests of the page wait. */
  setPresent(isPresent: boolean): Promise<void>;
  /** The device is lost. */
  remove(): Promise<void>;
}

/**
 * An authenticator in software (WebAuthn §11, by the DevTools protocol): pages register and use passkeys without a dialog. It lives as
 * long as the page; one page can have several.
 */
export async function addVirtualAuthenticator(
  cdp: CdpSession,
  { transport = 'internal', isUserVerified = true, passkeys = [] }: VirtualAuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  await cdp.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport,
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified,
    automaticPresenceSimulation: true,
  };
  const { authenticatorId } = await ask<{ authenticatorId: string }>(cdp, 'WebAuthn.addVirtualAuthenticator', {
    options,
  });
  for (const credential of passkeys) await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  return {
    passkeys: async () =>
      (await ask<{ credentials: StoredPasskey[] }>(cdp, 'WebAuthn.getCredentials', { authenticatorId })).credentials,
    setUserVerified: (verified) => ask(cdp, 'WebAuthn.setUserVerified', { authenticatorId, isUserVerified: verified }),
    setPresent: (enabled) => ask(cdp, 'WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    remove: () => ask(cdp, 'WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  };
}

async function ask<Answer>(cdp: CdpSession, method: string, params: object): Promise<Answer> {
  return (await cdp.send(method, params)) as Answer;
}
