// Passkeys by nid-webauthn-emulator, which is a browser's WebAuthn with an
// authenticator behind it.

import WebAuthn from 'nid-webauthn-emulator';

export function newAuthenticator(algorithm, userVerified = true) {
	return new WebAuthn.WebAuthnEmulator(
		new WebAuthn.AuthenticatorEmulator({
			algorithmIdentifiers: [algorithm],
			verifications: { userPresent: true, userVerified },
		}),
	);
}
