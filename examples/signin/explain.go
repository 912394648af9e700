package main

import (
	"context"
	"errors"
	"net"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-go/cognitoauth/challenge"
)

// sentences says to a person what each reason means. Where the service's own
// message helps, explain adds it.
var sentences = map[challenge.Reason]string{
	challenge.BadCredentials:        "the user name or the password is wrong",
	challenge.LockedOut:             "there were too many wrong passwords; wait some minutes",
	challenge.UserDisabled:          "the user is disabled",
	challenge.UserNotConfirmed:      "the user has not confirmed the sign-up yet",
	challenge.PasswordResetRequired: "the password has to be reset first",
	challenge.TempPasswordExpired:   "the temporary password has expired; an administrator has to set a new one",
	challenge.BadCode:               "the code is wrong",
	challenge.CodeReused:            "the code was used already; wait for the next one",
	challenge.NewPasswordRejected:   "the new password is not accepted",
	challenge.SessionExpired:        "that took too long; start again",
	challenge.SessionSpent:          "this sign-in was answered already; start again",
	challenge.DeviceUnknown:         "the pool does not know the device any more",
	challenge.TokenInvalid:          "the token is no longer good; sign in",
	challenge.TokenReuse:            "the refresh token was used before; sign in",
	challenge.Blocked:               "the sign-in is blocked",
	challenge.TriggerDenied:         "the pool refuses the sign-in",
	challenge.Misconfigured:         "the pool or the app client is not set up for this sign-in",
	challenge.BadRequest:            "the pool does not accept what was sent",
	challenge.Throttled:             "there are too many requests; try again later",
	challenge.Unrecognized:          "the pool refuses the sign-in for a reason unknown to this program",
}

// withMessage has the reasons whose message tells more than the sentence. The
// messages are Cognito's, for whoever runs the pool; an application that has
// users should keep them in its log.
var withMessage = map[challenge.Reason]bool{
	challenge.NewPasswordRejected: true,
	challenge.Blocked:             true,
	challenge.TriggerDenied:       true,
	challenge.Misconfigured:       true,
	challenge.BadRequest:          true,
	challenge.Unrecognized:        true,
}

// fields says to a person which field of a challenge or of the configuration
// is meant.
var fields = map[string]string{
	"UserPoolID":  "-user-pool-id",
	"ClientID":    "-client-id",
	"Username":    "the user name",
	"Password":    "the password",
	"NewPassword": "the new password",
	"Code":        "the code",
	"code":        "the code",
	"Answer":      "the answer",
	"Email":       "the e-mail address",
}

// explain says in one sentence why the sign-in failed.
func explain(err error, o *options) string {
	var (
		invalid   *challenge.InvalidError
		refused   *challenge.Error
		malformed *challenge.MalformedError
		api       smithy.APIError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.As(err, &invalid):
		field := invalid.Field
		if name, ok := fields[field]; ok {
			field = name
		}
		return field + " " + invalid.Problem
	case errors.As(err, &malformed):
		return where(o) + " gave an answer that makes no sense: " + strings.TrimPrefix(oneLine(malformed.Error()), "challenge: malformed reply: ")
	case errors.As(err, &refused):
		return refusal(refused, o)
	case errors.As(err, &api): // of a call that is the SDK's alone
		return "the pool refuses: " + oneLine(api.ErrorMessage())
	}
	return oneLine(err.Error())
}

// refusal says why the pool refused, or why it could not be asked.
func refusal(refused *challenge.Error, o *options) string {
	sentence := sentences[refused.Reason]
	switch {
	case refused.Reason == challenge.Unavailable:
		return unavailable(refused, o)
	case deviceRefused(refused):
		return "the pool does not accept the remembered device; start again"
	case refused.Reason == challenge.BadCredentials && refused.Challenge == types.ChallengeNameTypeCustomChallenge:
		return "the pool does not accept the answer"
	case refused.Reason == challenge.Misconfigured && refused.Code == "NotAuthorizedException":
		// Of all that can be misconfigured, this code stands for the secret.
		if o.config.ClientSecret.IsZero() {
			return "the app client wants its secret; give it as COGNITO_CLIENT_SECRET or -client-secret"
		}
		return "the secret is not the app client's"
	case sentence == "":
		return oneLine(refused.Error()) // a reason that a later version of the library has
	case withMessage[refused.Reason] && refused.Message != "":
		return sentence + ": " + oneLine(refused.Message)
	}
	return sentence
}

// unavailable says why no sensible reply came.
func unavailable(e *challenge.Error, o *options) string {
	if e.Ambiguous {
		return where(o) + " did not answer as Cognito does; start again"
	}
	var dial *net.OpError
	if errors.As(e, &dial) {
		return "no connection to " + where(o) + ": " + oneLine(dial.Err.Error())
	}
	return "no connection to " + where(o) + ": " + oneLine(e.Message)
}

// where names the other end.
func where(o *options) string {
	if o.endpoint != "" {
		return o.endpoint
	}
	return "Cognito in " + o.region
}

// wrongFlags reports whether err is about what the flags say: about no
// challenge, and before anything was sent.
func wrongFlags(err error) bool {
	var invalid *challenge.InvalidError
	return errors.As(err, &invalid) && invalid.Challenge == ""
}

// oneLine returns text without what would break a line, or a terminal.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
}
