// Package cognitoauth makes Amazon Cognito sign-in a typed conversation.
//
// Most users open package
// [github.com/cognito-go/cognitoauth/challenge] and nothing else: it starts a
// sign-in, turns each challenge of a user pool into a Go type, checks the
// filled-in answer, and sends it through the AWS SDK for Go.
//
// # The other packages
//
// [github.com/cognito-go/cognitoauth/challenge/challengetest] is a user pool
// in memory that verifies what it is sent, for tests.
//
// [github.com/cognito-go/cognitoauth/srp] computes Cognito's variant of the
// Secure Remote Password protocol for those who make the calls themselves.
//
// [github.com/cognito-go/cognitoauth/srp/srptest] is the service's side of it,
// for tests.
//
// [github.com/cognito-go/cognitoauth/secrethash] computes SECRET_HASH.
//
// [github.com/cognito-go/cognitoauth/contextdata] describes a user's HTTP
// request to Cognito's threat protection.
//
// This package holds no code.
package cognitoauth
