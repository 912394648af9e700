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
//	second_factors           SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP: what users
//	                         can have and set up; by default all
//	first_factors            PASSWORD, EMAIL_OTP, SMS_OTP, WEB_AUTHN: what users
//	                         of USER_AUTH can choose; by default all
//	web_authn                whose passkeys users have:
//	    relying_party_id     by default localhost
//	    user_verification    preferred (the default) or required
//	custom                   the riddle of CUSTOM_AUTH, which there is not
//	                         without it; three wrong answers end the sign-in
//	    question             comes as the challenge parameter "question"
//	    answer
//	device_configuration     makes the pool track users' devices:
//	    challenge_required_on_new_device       true: a remembered device takes
//	                                           the place of the second factor
//	    device_only_remembered_on_user_prompt  true: after UpdateDeviceStatus
//	password_policy          of new passwords; what is left out is as usual:
//	    minimum_length       8
//	    require_lowercase    true; and so require_uppercase, require_numbers
//	                         and require_symbols
//	username_attributes      email, phone_number: what users have for a name
//	alias_attributes         email, phone_number, preferred_username: what users
//	                         can sign in by besides; the first two if verified
//	clients                  by default one without a secret, named client
//	    client_id
//	    client_secret        by default none
//	    auth_flows           such as ALLOW_USER_SRP_AUTH; by default all there are
//	    auth_session_validity          how long a challenge can be answered, such
//	                                   as 90s; by default 3m
//	    prevent_user_existence_errors  LEGACY (the default) or ENABLED
//	    refresh_token_rotation         by default none:
//	        feature                    ENABLED or DISABLED
//	        retry_grace_period_seconds 0 (the default) to 60
//	    disable_token_revocation       true: RevokeToken is refused
//	users
//	    username
//	    password             by default none: a user without passwords
//	    temporary            true: to be changed at the first sign-in
//	    attributes           an object, such as {"email":"a@example.com"}
//	    required_attributes  what the user is asked for then
//	    mfa                  SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP
//	    preferred_mfa        one of them; by default the user is asked to choose
//	    totp_secret          of the authenticator app, in base32
//	    sub                  by default a random UUID
//
// Passkeys and remembered devices can't be configured, because a key of their
// own proves them: a program that is signed in registers the one by
// StartWebAuthnRegistration and CompleteWebAuthnRegistration, and the other by
// ConfirmDevice. Triggers other than the riddle, and a clock, take Go.
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
