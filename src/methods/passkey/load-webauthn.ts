/** The package takes a quarter of a second to load, so it is loaded with the first passkey; a test checks that a start does not load it. */
export async function loadWebAuthn() {
  const [server, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ]);
  const { verifyAuthenticationResponse, verifyRegistrationResponse } = server;
  const { decodeAttestationObject, decodeCredentialPublicKey } = helpers;
  return {
    verifyAuthenticationResponse,
    verifyRegistrationResponse,
    decodeAttestationObject,
    decodeCredentialPublicKey,
  };
}

export type WebAuthn = Awaited<ReturnType<typeof loadWebAuthn>>;
