package main

import (
	"errors"
	"net/http"
	"strings"

	"github.com/cognito-go/cognitoauth/challenge"
)

// sentences says to a user what each reason means. Cognito's own messages are
// for the log: they can tell strangers who is a user.
var sentences = map[challenge.Reason]string{
	challenge.BadCredentials:        "The user name or the password is wrong.",
	challenge.LockedOut:             "There were too many wrong answers. Wait some minutes, then start again.",
	challenge.UserDisabled:          "This account is locked. Please write to us.",
	challenge.UserNotConfirmed:      "This account is not confirmed yet. Look for our e-mail and follow it first.",
	challenge.PasswordResetRequired: "This account needs a new password. Use “forgotten password” first.",
	challenge.TempPasswordExpired:   "Your temporary password has expired. Please ask for a new one.",
	challenge.BadCode:               "This code is wrong. Look again, and try once more.",
	challenge.CodeReused:            "This code was used already. Wait for the next one.",
	challenge.NewPasswordRejected:   "Please choose another password.",
	challenge.SessionExpired:        "That took too long. Please start again.",
	challenge.SessionSpent:          "This sign-in was answered already. Please start again.",
	challenge.DeviceUnknown:         "This device is not known any more. Please start again.",
	challenge.TokenInvalid:          "Your sign-in has ended. Please sign in again.",
	challenge.TokenReuse:            "Your sign-in was ended for safety. Please sign in again.",
	challenge.Blocked:               "This sign-in looks unusual, so we did not accept it.",
	challenge.TriggerDenied:         "This sign-in was not accepted.",
	challenge.Misconfigured:         "Something is wrong on our side. We have been told.",
	challenge.BadRequest:            "Something in what you typed is not accepted. Please start again.",
	challenge.Throttled:             "Too many people are signing in just now. Wait a moment, then try again.",
	challenge.Unavailable:           "We can't sign you in just now. Please try again.",
	challenge.Unrecognized:          "This sign-in was not accepted. Please start again.",
}

// Sentences of the site's own.
const (
	outdated = "This page was out of date, or the sign-in took too long. Please start again."
	tooMany  = "There were too many answers. Please start again."
	ourFault = "Something is wrong on our side. Please try again later."
)

// startLabels names the fields of the form that a sign-in starts with.
var startLabels = map[string]string{"Username": "User name", "Password": "Password"}

// sentence says in plain words what went wrong. labels names the fields of the
// form.
func sentence(err error, labels map[string]string) string {
	var refused *challenge.Error
	switch invalid := challenge.InvalidErrors(err); {
	case errors.Is(err, errTooMany):
		return tooMany
	case errors.As(err, &refused) && refused.Reason == challenge.NewPasswordRejected && refused.Message != "":
		// The rule is about what the user typed, and says nothing else.
		_, rule, found := strings.Cut(refused.Message, "policy: ")
		if !found {
			rule = refused.Message
		}
		return sentences[refused.Reason] + " " + strings.TrimSuffix(rule, ".") + "."
	case errors.As(err, &refused) && sentences[refused.Reason] != "":
		return sentences[refused.Reason]
	case len(invalid) > 0:
		var all []string
		for _, e := range invalid {
			all = append(all, label(e.Field, labels)+" "+e.Problem+".")
		}
		return strings.Join(all, " ")
	default: // a MalformedError, or a reason that a later version of the library has
		return ourFault
	}
}

func label(field string, labels map[string]string) string {
	for name, text := range labels {
		if strings.EqualFold(name, field) { // VerifySoftwareToken's argument is called code
			return text
		}
	}
	return "What you sent"
}

// status is the HTTP status that goes with an error.
func status(err error) int {
	var refused *challenge.Error
	switch {
	case errors.Is(err, errTooMany):
		return http.StatusTooManyRequests
	case len(challenge.InvalidErrors(err)) > 0:
		return http.StatusUnprocessableEntity
	case !errors.As(err, &refused):
		return http.StatusBadGateway
	}
	switch refused.Reason {
	case challenge.Throttled, challenge.LockedOut:
		return http.StatusTooManyRequests
	case challenge.Blocked, challenge.TriggerDenied, challenge.UserDisabled:
		return http.StatusForbidden
	case challenge.Misconfigured:
		return http.StatusInternalServerError
	case challenge.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusUnprocessableEntity
	}
}
