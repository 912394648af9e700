// Package secrethash computes SECRET_HASH, the keyed hash that Amazon Cognito
// wants with every sign-in request of an app client that has a secret.
//
// Users of package challenge do not need this package: there every request
// carries its hash. It is for those who fill in an SDK request themselves,
// also for the operations that take the hash as SecretHash (SignUp,
// ConfirmSignUp, ForgotPassword, ConfirmForgotPassword,
// ResendConfirmationCode).
//
// # Over which user name
//
// The hash must be over exactly the USERNAME that is sent in the same request.
// An answer to a challenge carries the name that Cognito returned (USERNAME or
// USER_ID_FOR_SRP), not the alias that the user typed, and so must its hash.
// REFRESH_TOKEN_AUTH sends no USERNAME; there the hash is over the "username"
// claim of the access token. A hash over another name is answered with
// NotAuthorizedException, "Unable to verify secret hash for client".
//
// See "Computing secret hash values" in
// https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html.
package secrethash

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// Compute returns Base64(HMAC-SHA256(clientSecret, username + clientID)) in
// standard base64 with padding, 44 characters. It can't fail; for an app
// client without a secret there is no hash, so do not call it.
func Compute(clientSecret, username, clientID string) string {
	mac := hmac.New(sha256.New, []byte(clientSecret))
	mac.Write([]byte(username))
	mac.Write([]byte(clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
