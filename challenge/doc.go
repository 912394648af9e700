// Package challenge runs Amazon Cognito user-pool sign-ins as a typed
// conversation: start one, get a typed challenge, fill it in, send it back,
// until there are tokens.
//
// Most programs need [New], [Client.Start] and [Client.Respond], and a type
// switch over the steps they handle; the package example shows all of it. For
// unit tests there is a user pool in memory, in
// [github.com/cognito-go/cognitoauth/challenge/challengetest].
//
// The package does the parts that are easily got wrong by hand: Cognito's keys,
// the user name that SECRET_HASH must be computed over, the SRP proof, which
// session is still good after an error, and that no answer is sent twice. The
// AWS SDK for Go makes the calls, and its client, options and errors stay
// usable.
//
// # Building an answer without a client
//
// Those who make the calls themselves fill in a challenge by hand.
// [Challenge].ChallengeResponses checks it and returns Cognito's map;
// [Config.RespondInput] and [Config.AdminRespondInput] return the SDK's whole
// input, and [MarshalAdminRespondInput] makes it the service's JSON.
//
// # Any challenge, without a switch
//
// [Fields] lists what a challenge wants to have filled in: Cognito's key, whether
// it is required, secret, and a person's to give. [FillAsked] takes what a user
// posts under these keys, [Fill] a map of the caller's own; [Form] makes an empty
// challenge of a name. KEYS.md, beside this file, has them as a table.
//
// # Steps that need no person
//
// PASSWORD_VERIFIER is answered inside the call that gave the password, and
// DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER inside the call that gave a
// [Device]. When neither was given, they surface like any other challenge.
//
// # Issued in one request, answered in the next
//
// A web backend gets a challenge in one HTTP request and the user's code in the
// next, maybe on another machine. A [Sealer] makes the challenge a text for a
// cookie that only the backend's replicas can open; see its example. Nothing
// has to be kept in memory or in a store.
//
// # Secrets
//
// Passwords, codes, sessions and tokens are of type [Secret], which nothing
// prints. Error texts hold none either. No memory is wiped: Go can't promise
// that.
//
// # Errors
//
// [*InvalidError] is about what the caller filled in, before anything is sent;
// [*Error] about what the service answered, or that it did not; and
// [*MalformedError] about replies that make no sense. The [Reason] in an
// *Error says what to do next.
//
// # Concurrency
//
// A [Client] and its [Transport] may be used by several goroutines at once.
// Challenges may not, and one session must be answered once only: of two
// answers to the same challenge the service accepts one.
package challenge
