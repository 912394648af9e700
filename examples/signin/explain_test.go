package main

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/cognito-go/cognitoauth/challenge"
)

// What the tests of the program don't reach, because the pool in memory does
// not do it.
func TestExplain(t *testing.T) {
	t.Parallel()
	o := &options{region: "eu-west-1"}
	for want, err := range map[string]error{
		"there were too many wrong passwords; wait some minutes":                &challenge.Error{Reason: challenge.LockedOut, Message: "Password attempts exceeded"},
		"the pool refuses the sign-in: PreAuthentication failed with error no.": &challenge.Error{Reason: challenge.TriggerDenied, Message: "PreAuthentication\nfailed with error no."},
		"the pool refuses the sign-in":                                          &challenge.Error{Reason: challenge.TriggerDenied},
		"Cognito in eu-west-1 did not answer as Cognito does; start again":      &challenge.Error{Reason: challenge.Unavailable, Ambiguous: true},
		"no connection to Cognito in eu-west-1: certificate has expired":        &challenge.Error{Reason: challenge.Unavailable, Message: "certificate has\n expired"},
		"challenge: InitiateAuth: tired":                                        &challenge.Error{Operation: "InitiateAuth", Reason: "tired"},
		"there are too many requests; try again later":                          &challenge.Error{Reason: challenge.Throttled, Challenge: "DEVICE_SRP_AUTH"},
		"interrupted": fmt.Errorf("the call failed: %w", context.Canceled),
		`Attributes["name"] is required; and more`: &challenge.InvalidError{Field: `Attributes["name"]`, Problem: "is required; and more"},
		"it broke in two lines":                    errors.New("it broke\nin two lines"),
	} {
		if got := explain(err, o); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
