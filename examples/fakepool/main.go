// Fakepool serves a user pool in memory, for programs in any language.
//
//	go run -C examples ./fakepool -config fakepool/pool.json
//
// -addr is where it listens, 127.0.0.1 and a free port unless given; -config is
// the file that describes the pool. On standard output comes one JSON line when
// it listens, and then one for each code that the pool sends:
//
//	{"endpoint":"http://127.0.0.1:41234"}
//	{"message":{"username":"alice","medium":"SMS","destination":"+*******0100","code":"123456"}}
//
// Give the endpoint to an AWS SDK as its base endpoint, or to the program next
// door:
//
//	go run -C examples ./signin -endpoint http://127.0.0.1:41234 \
//		-user-pool-id eu-west-1_Demo12345 -client-id demo -username alice
//
// It ends on an interrupt, with exit status 0. A wrong flag or config is told
// with the name of the field, and exit status 2.
//
// # Config
//
// A JSON object. Every field may be left out, except the two that name
// something: client_id and username.
//
//	user_pool_id             by default eu-west-1_Test00001
//	mfa                      OFF, OPTIONAL (the default) or ON
//	username_attributes      email, phone_number: what users have for a name
//	alias_attributes         email, phone_number, preferred_username: what users
//	                         can sign in by besides; the first two if verified
//	clients                  by default one without a secret, named client
//	    client_id
//	    client_secret        by default none
//	    auth_flows           such as ALLOW_USER_SRP_AUTH; by default all there are
//	users
//	    username
//	    password
//	    temporary            true: to be changed at the first sign-in
//	    attributes           an object, such as {"email":"a@example.com"}
//	    required_attributes  what the user is asked for then
//	    mfa                  SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP
//	    preferred_mfa        one of them; by default the user is asked to choose
//	    totp_secret          of the authenticator app, in base32
//
// What the pool does and what it does not is in the documentation of package
// challengetest.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/cognito-go/cognitoauth/examples/internal/fakepool"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := fakepool.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
