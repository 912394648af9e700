// Package foreign has only tests. In them the library and its pool in memory
// meet programs that nobody here wrote: a double that is tested only against
// its own library proves nothing.
//
//   - Amazon's own clients, amazon-cognito-identity-js and @aws-amplify/auth,
//     sign in at a [challengetest.Pool] over loopback. Amazon's aws-jwt-verify
//     verifies the tokens, otplib is the authenticator app, and
//     nid-webauthn-emulator has the passkeys.
//   - [challenge.Client] signs in at a server that lets cognito-srp verify the
//     proofs of users and devices, and at cognito-local.
//
// They need node 20 or later, and what package.json names:
//
//	npm ci    # in this directory
//
// Without these the tests are skipped; where the environment variable CI is
// set, they fail. Nothing leaves the machine.
package foreign

import (
	_ "github.com/cognito-go/cognitoauth/challenge"
	_ "github.com/cognito-go/cognitoauth/challenge/challengetest"
)
