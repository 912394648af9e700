// Package challengetest is an Amazon Cognito user pool in memory, for tests
// of everything that signs users in.
//
// Most tests need three calls: [NewPool] makes a pool with its app clients and
// users, [Pool.Client] returns an SDK client that talks to it without a
// socket, and [Pool.Messages] is the outbox in which the codes land that a
// real pool sends by SMS and e-mail. [Passkey] stands in for the browser of a
// user who has one. [Pool.Handler] serves the same pool over HTTP to programs
// in any language.
//
// The pool is no table of canned replies. It verifies SRP proofs, TOTP codes,
// passkey signatures and secret hashes, spends and expires sessions by its own
// clock, signs tokens that its JWKS verifies, and refuses with the error codes,
// texts and key spellings of the service. A wrong answer fails here as it fails
// there.
//
// Replies get lost in production. [Pool.Fail] makes any request fail in the way
// of a [FaultKind], before or after the pool acted on it, and [Pool.Calls] tells
// what the pool acted on, whatever the caller knows of it.
//
// [CheckConformance] compares any pool with what the service was seen to do:
// this one, another emulator, or the service itself. It compares all challenges,
// the tokens, and the refusals; [Conformance] says what each check needs.
//
// # What it does
//
// Operations: InitiateAuth, AdminInitiateAuth, RespondToAuthChallenge,
// AdminRespondToAuthChallenge, AssociateSoftwareToken, VerifySoftwareToken,
// SetUserMFAPreference and GetUser; StartWebAuthnRegistration,
// CompleteWebAuthnRegistration, ListWebAuthnCredentials (without pages) and
// DeleteWebAuthnCredential; ConfirmDevice, UpdateDeviceStatus, ForgetDevice,
// GetDevice, ListDevices (without pages) and, but for the first, their Admin
// variants; GetTokensFromRefreshToken, RevokeToken, GlobalSignOut,
// AdminUserGlobalSignOut, AdminDisableUser, AdminEnableUser and AdminDeleteUser.
//
// Flows: USER_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH and its
// old name ADMIN_NO_SRP_AUTH, USER_AUTH with all its first factors, CUSTOM_AUTH
// without and with SRP, REFRESH_TOKEN_AUTH and its synonym REFRESH_TOKEN.
//
// Challenges: PASSWORD_VERIFIER, NEW_PASSWORD_REQUIRED, SMS_MFA, EMAIL_OTP as
// a first and as a second factor, SMS_OTP, WEB_AUTHN, SELECT_CHALLENGE,
// PASSWORD, PASSWORD_SRP, SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE, MFA_SETUP by TOTP
// and by e-mail, CUSTOM_CHALLENGE, DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.
//
// Lambda triggers: [Triggers].
//
// Refusals: the lock-out after five wrong passwords, and that after five wrong
// codes of a second factor; disabled, unconfirmed and reset-required users;
// temporary passwords that are too old; the password policy with its history;
// users who are not there, hidden or not.
//
// # What it does not do
//
//   - Lambda triggers that are not in [Triggers], and their time limits.
//   - The refusal "Only custom auth (lambda driven) is enabled for this client.":
//     it was seen once, after several answers to a CUSTOM_CHALLENGE (aws-amplify/
//     amplify-js#3379), and it is not known when the service says it. An app
//     client with CUSTOM_AUTH_FLOW_ONLY refuses other flows as ones not enabled.
//   - Settings that change: an app client rotates refresh tokens, or doesn't,
//     for the life of the pool.
//   - User administration and sign-up: users come with [Config], and
//     [Pool.SignUpSession] is what is left of SignUp and ConfirmSignUp.
//   - Quotas, threat protection, WAF. Throttling is a [Fault].
//   - The attribute schema, read and write permissions, case-insensitive user
//     names, groups, scopes, token validity settings.
//   - A user of a pool with required MFA who has a phone number is not given
//     SMS_MFA because of it: only [User].MFA counts.
//   - Passkeys as multi-factor authentication, attestation other than none or
//     by the passkey itself, origins of mobile apps, related origins, the list
//     of domains that are too public to be a relying party's.
//   - The lengths and patterns of the service model, such as a Session's of 20 to
//     2048 characters or a password's of 256 at most, but for UserCode's six
//     digits: what is too short or too long is judged like any other value.
//   - AWS signatures: an administrative operation must carry an Authorization
//     header, which is not verified. ContextData, UserContextData and
//     AnalyticsMetadata are ignored; ClientMetadata is for the triggers.
//
// # Where the service's behaviour is not known
//
// Where neither documentation nor a captured reply tells what the service
// does, the pool does the strict thing:
//
//   - A SECRET_BLOCK is good for one verdict, right or wrong, and as long as a
//     session. Later it is answered like a wrong password.
//   - TIMESTAMP may be [TimestampTolerance] away from the pool's clock. Clients
//     of a pool with a clock of its own ([Config].Now) need the same clock.
//   - SELECT_MFA_TYPE takes the values that MFAS_CAN_CHOOSE lists and no
//     synonyms (EMAIL_OTP, not EMAIL_MFA).
//   - USER_AUTH takes a password or SRP_A with the choice of PASSWORD or
//     PASSWORD_SRP, and asks for it by the challenge of that name when it isn't
//     there. That is not the strict thing, but the API reference has both, and
//     a client that means to work either way can be tested. A wrong password
//     spends the session.
//   - A PREFERRED_CHALLENGE that no user can have, such as a misspelled one, is
//     an error. One that this user can't have leads to SELECT_CHALLENGE, also
//     when there is one choice only. With no choice at all, the sign-in fails.
//   - AvailableChallenges come with the challenges of the first factor and with
//     nothing else that InitiateAuth returns.
//   - Users that a client hides have, to all appearances, a password, an e-mail
//     address and a phone number, but no passkey. Their codes and passwords are
//     wrong.
//   - A code of EMAIL_OTP or SMS_OTP that would make the address an alias that
//     another user has already is refused with AliasExistsException.
//   - The session of ConfirmSignUp is refused after the user's first sign-in
//     like one that there never was.
//   - A WEB_AUTHN is good for one verdict on a credential; one that makes no
//     sense is refused before. The error codes of registration are the SDK's,
//     all texts about passkeys are the pool's own.
//   - A passkey of which the signature counter doesn't grow is refused.
//   - In CUSTOM_AUTH, wrong answers to all but CUSTOM_CHALLENGE are refused as
//     elsewhere, without asking DefineAuthChallenge. Who proved a temporary
//     password must change it before the trigger is asked again. Challenges
//     that the user can't answer are a MFAMethodNotFoundException.
//   - A DEVICE_KEY that is not a confirmed device of the user is refused
//     ("Device does not exist.") before anything is judged or spent, by every
//     request but one that begins SRP. After SRP, DEVICE_KEY counts only if it
//     comes with the proof or later.
//   - A sign-in with a remembered device ends with DEVICE_SRP_AUTH, also where
//     no second factor would be asked. With ChallengeRequiredOnNewDevice it
//     takes the place of the second factor, though not of MFA_SETUP; without,
//     it comes after that. DEVICE_SRP_AUTH has no parameters.
//   - ConfirmDevice takes a key together with the access token of the sign-in
//     that named it, and refuses a salt or verifier that is negative as a
//     number in two's complement, or no element of the SRP group. SALT is a
//     number in hex, without leading zeros.
//   - A refresh needs the DEVICE_KEY of the device that signed in.
//   - SECRET_HASH to a client that has no secret is refused as a wrong one. Of a
//     refresh with a bad token and a bad or missing secret, REFRESH_TOKEN_AUTH
//     refuses the token and GetTokensFromRefreshToken the secret.
//   - VerifySoftwareToken with an access token after it succeeded is refused like
//     one without AssociateSoftwareToken.
//   - RevokeToken of a token that is not known is no error. Another client's
//     token, or an unknown client, is "Invalid client or secret".
//   - A wrong SMS_MFA or SOFTWARE_TOKEN_MFA code leaves the session usable, as
//     a wrong EMAIL_OTP code is known to.
//   - The lock-out after wrong passwords is met where a password or a proof is
//     judged, not where SRP begins; the attempt ends its session. It ends with
//     the tokens of a sign-in, not with a right password. Users that a client
//     hides are locked out like others. Wrong proofs of a device and wrong codes
//     of VerifySoftwareToken count for nothing.
//   - The lock-out after wrong codes of second factors counts all of a user's
//     together, and ends the session in which it is met.
//   - An old temporary password is refused as such to those who know it.
//   - An unconfirmed user can sign in by USER_AUTH with a code, where the pool
//     and the user have what it takes, and is confirmed by it; all else is
//     refused before the password is looked at.
//   - The password history has the temporary password.
//   - Who was deleted while signing in is refused like a user who is not there.
//   - USERNAME of an answer may be the user name or an alias of the session's
//     user, whichever SECRET_HASH is over.
//
// # Clock
//
// A pool asks [Config].Now, or time.Now, and starts no goroutines and no
// timers. In a bubble of testing/synctest it lives by the bubble's clock.
package challengetest
