package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// The exit statuses are the AWS CLI's, see
// https://docs.aws.amazon.com/cli/latest/topic/return-codes.html.
const (
	ok              = 0
	interrupted     = 130
	wrongParameters = 252
	wrongSetup      = 253
	refused         = 254
	failed          = 255
)

// misuse says what is wrong with the command line.
type misuse string

func (m misuse) Error() string { return string(m) }

// environmentError says what is wrong with the AWS configuration.
type environmentError struct {
	problem string
	err     error
}

func (e *environmentError) Error() string { return e.problem + ": " + e.err.Error() }
func (e *environmentError) Unwrap() error { return e.err }

// status returns the exit status for an error.
func status(err error) int {
	var (
		wrong       misuse
		environment *environmentError
		refusal     *challenge.Error
	)
	switch {
	case err == nil:
		return ok
	case errors.Is(err, context.Canceled):
		return interrupted
	case errors.As(err, &environment):
		return wrongSetup
	case errors.As(err, &wrong), len(challenge.InvalidErrors(err)) > 0:
		return wrongParameters
	case errors.As(err, &refusal) && refusal.Code != "":
		return refused
	default:
		return failed
	}
}

// explain returns what is wrong, in one line or more. None holds a value.
func (o *options) explain(err error) []string {
	var (
		environment *environmentError
		malformed   *challenge.MalformedError
		refusal     *challenge.Error
	)
	_, isRefusal := err.(*challenge.Error) // which joins its reason with its cause
	if joined, ok := err.(interface{ Unwrap() []error }); ok && !isRefusal {
		var lines []string
		for _, err := range joined.Unwrap() {
			lines = append(lines, o.explain(err)...)
		}
		return lines
	}
	switch {
	case errors.Is(err, context.Canceled):
		if errors.As(err, &refusal) && refusal.Ambiguous {
			return []string{"interrupted", ambiguous}
		}
		return []string{"interrupted"}
	case errors.As(err, &environment):
		return []string{environment.Error()}
	case errors.As(err, &malformed):
		return []string{"the reply makes no sense: " + strings.TrimPrefix(malformed.Error(), "challenge: malformed reply: ")}
	case errors.As(err, &refusal):
		return explainRefusal(refusal)
	}
	if invalid, ok := err.(*challenge.InvalidError); ok {
		return []string{o.explainInvalid(invalid)}
	}
	return []string{err.Error()}
}

// explainInvalid says which option has what is wrong.
func (o *options) explainInvalid(e *challenge.InvalidError) string {
	if e.Field == "SoftwareTokenVerified" {
		return "--session: give the one that VerifySoftwareToken returned, or EMAIL"
	}
	name, inside, _ := strings.Cut(e.Key, ".")
	for _, m := range members {
		switch {
		case name != m.name:
		case inside == "":
			return "--" + m.flag + ": " + e.Problem
		case name == "ChallengeResponses":
			return o.explainResponse(inside, e.Problem)
		default:
			return "--" + m.flag + ": " + e.Key + " " + e.Problem
		}
	}
	switch {
	case e.Key == "":
		return e.Field + " " + e.Problem
	case e.Challenge != "":
		return o.explainResponse(e.Key, e.Problem)
	default:
		return "--cli-input-json: " + e.Key + " " + e.Problem
	}
}

func (o *options) explainResponse(key, problem string) string {
	if !o.shows(key) {
		return "--challenge-responses: a key " + problem +
			" (not shown, because it can be part of a value with a comma, which wants quotes)"
	}
	return "--challenge-responses: " + key + " " + problem
}

// shows reports whether a key of ChallengeResponses may be shown. One that no
// challenge takes can be a part of a secret: PASSWORD=a,b=c in shorthand has the
// key b.
func (o *options) shows(key string) bool {
	return !o.flags.shorthand["challenge-responses"] || wellKnown(key)
}

// wellKnown reports whether a key is one that some challenge takes.
func wellKnown(key string) bool {
	return slices.ContainsFunc(types.ChallengeNameType("").Values(), func(name types.ChallengeNameType) bool {
		return takes(challenge.Form(name, challenge.Issued{}), key)
	})
}

// takes reports whether a key is one that a challenge takes.
func takes(c challenge.Challenge, key string) bool {
	return key == secretHash || slices.ContainsFunc(challenge.Fields(c), func(f challenge.Field) bool {
		return key == f.Key || f.Any && strings.HasPrefix(key, f.Key)
	})
}

// explainRefusal says why the service refused, as the AWS CLI does, and what to
// do next; or why there was no reply.
func explainRefusal(e *challenge.Error) []string {
	first := fmt.Sprintf("An error occurred (%s) when calling the %s operation: %s", e.Code, e.Operation, e.Message)
	if e.Code == "" {
		first = fmt.Sprintf("%s: %s: %s", e.Operation, string(e.Reason), e.Message)
	}
	next := advice[e.Reason]
	switch {
	case e.Ambiguous:
		next = ambiguous
	case e.Reason == challenge.Unavailable:
		next = "nothing was sent, or nothing came of it: the same command may be repeated"
	case next == "": // a reason that a later version of the library has
		next = string(e.Reason)
	}
	return []string{first, next}
}

// ambiguous says what to do when no sensible reply came.
const ambiguous = "the service may have acted on the answer: begin the sign-in again instead of repeating it"

// advice says what each reason means here. The library's table of reasons says
// more.
var advice = map[challenge.Reason]string{
	challenge.BadCredentials:        "the user name, the password or the proof is wrong: begin the sign-in again",
	challenge.LockedOut:             "there were too many wrong answers: wait some minutes, then begin the sign-in again",
	challenge.UserDisabled:          "the user is disabled: an administrator can enable it",
	challenge.UserNotConfirmed:      "confirm the sign-up first, then begin the sign-in again",
	challenge.PasswordResetRequired: "the user must set a new password by the forgotten-password flow",
	challenge.TempPasswordExpired:   "an administrator must set a new temporary password",
	challenge.BadCode:               "the code is wrong: answer once more with another one and the same --session",
	challenge.CodeReused:            "the code was used before: answer once more with the next one and the same --session",
	challenge.NewPasswordRejected:   "the new password is not accepted: answer once more with another one and the same --session",
	challenge.SessionExpired:        "the session is too old: begin the sign-in again",
	challenge.SessionSpent:          "the session was used before, or is another user's: begin the sign-in again",
	challenge.DeviceUnknown:         "Cognito has forgotten the device: begin the sign-in again without it",
	challenge.TokenInvalid:          "the token is no longer good: begin the sign-in again",
	challenge.TokenReuse:            "the refresh token was used before, maybe by a thief: begin the sign-in again",
	challenge.Blocked:               "threat protection or a firewall refuses: don't try again",
	challenge.TriggerDenied:         "one of the pool's triggers refuses",
	challenge.Misconfigured:         "the pool, the app client, its secret or the caller's permissions are not what this takes",
	challenge.BadRequest:            "a parameter is wrong: correct it",
	challenge.Throttled:             "there are too many requests: the same command may be repeated later",
	challenge.Unrecognized:          "the reason is not known: begin the sign-in again",
}

// tell writes one line. What would break it, or a terminal, is written as in Go:
// a key that somebody gave and a message of the service's can have anything in
// them.
func tell(to io.Writer, line string) {
	var b strings.Builder
	for _, r := range line {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	fmt.Fprintln(to, b.String())
}
