// Package challengetest is an Amazon Cognito user pool in memory, for tests
// of everything that signs users in.
//
// Most tests need three calls: [NewPool] makes a pool with its app clients and
// users, [Pool.Client] returns an SDK client that talks to it without a
// socket, and [Pool.Messages] is the outbox in which the codes land that a
// real pool sends by SMS and e-mail. [Pool.Handler] serves the same pool over
// HTTP to programs in any language.
//
// The pool is no table of canned replies. It verifies SRP proofs, TOTP codes
// and secret hashes, spends and expires sessions by its own clock, signs
// tokens that its JWKS verifies, and refuses with the error codes, texts and
// key spellings of the service. A wrong answer fails here as it fails there.
//
// # What it does
//
// Operations: InitiateAuth, AdminInitiateAuth, RespondToAuthChallenge,
// AdminRespondToAuthChallenge, AssociateSoftwareToken, VerifySoftwareToken,
// SetUserMFAPreference and GetUser.
//
// Flows: USER_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH and its
// old name ADMIN_NO_SRP_AUTH, REFRESH_TOKEN_AUTH and its synonym
// REFRESH_TOKEN.
//
// Challenges: PASSWORD_VERIFIER, NEW_PASSWORD_REQUIRED, SMS_MFA, EMAIL_OTP as
// a second factor, SOFTWARE_TOKEN_MFA, SELECT_MFA_TYPE, and MFA_SETUP by TOTP
// and by e-mail.
//
// # What it does not do
//
//   - CUSTOM_AUTH, USER_AUTH and their challenges, remembered devices, Lambda
//     triggers, refresh token rotation, revocation and sign-out.
//   - User administration and sign-up: users come with [Config]. Disabled,
//     unconfirmed and reset-required users, expired temporary passwords.
//   - Limits: throttling, quotas, the lock-out after wrong passwords or codes,
//     threat protection, WAF.
//   - The attribute schema, read and write permissions, password history,
//     case-insensitive user names, groups, scopes, token validity settings.
//   - A user of a pool with required MFA who has a phone number is not given
//     SMS_MFA because of it: only [User].MFA counts.
//   - AWS signatures: an administrative operation must carry an Authorization
//     header, which is not verified. ContextData, UserContextData,
//     ClientMetadata and AnalyticsMetadata are ignored.
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
//   - A wrong SMS_MFA or SOFTWARE_TOKEN_MFA code and a refused new password
//     leave the session usable, as a wrong EMAIL_OTP code is known to.
//   - USERNAME of an answer may be the user name or an alias of the session's
//     user, whichever SECRET_HASH is over.
//
// # Clock
//
// A pool asks [Config].Now, or time.Now, and starts no goroutines and no
// timers. In a bubble of testing/synctest it lives by the bubble's clock.
package challengetest
