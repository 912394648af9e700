package challenge_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

func TestSecret(t *testing.T) {
	var empty challenge.Secret
	if !empty.IsZero() || empty.Reveal() != "" || !empty.Equal(challenge.NewSecret("")) || empty.String() != "[empty]" {
		t.Errorf("the zero Secret is %v, %q", empty, empty.Reveal())
	}
	s := challenge.NewSecret("text")
	if s.IsZero() || s.Reveal() != "text" || !s.Equal(challenge.NewSecret("text")) || s.Equal(challenge.NewSecret("texT")) || s.Equal(empty) {
		t.Errorf("NewSecret keeps %q", s.Reveal())
	}
	if got := fmt.Sprint(s); got != "[redacted]" {
		t.Errorf("printed as %q", got)
	}
	if b, err := json.Marshal(map[string]any{"s": s}); err != nil || string(b) != `{"s":"[redacted]"}` {
		t.Errorf("marshalled as %s, %v", b, err)
	}
}

func TestParams(t *testing.T) {
	values := map[string]string{"b": "2", "a": ""}
	p := challenge.NewParams(values)
	values["a"] = "changed"
	p.Map()["a"] = "changed"
	if p.Get("a") != "" || !p.Has("a") || p.Has("c") || p.Get("b") != "2" || p.Len() != 2 {
		t.Errorf("got %q %t %t %q %d", p.Get("a"), p.Has("a"), p.Has("c"), p.Get("b"), p.Len())
	}
	if got := fmt.Sprint(p); got != "[a b]" {
		t.Errorf("printed as %q", got)
	}
	if b, err := json.Marshal(p); err != nil || string(b) != `["a","b"]` {
		t.Errorf("marshalled as %s, %v", b, err)
	}
	var empty challenge.Params
	if empty.Len() != 0 || empty.Map() == nil || empty.Get("a") != "" || !empty.Equal(challenge.NewParams(nil)) || empty.Equal(p) {
		t.Error("the zero Params is not the empty set")
	}
}

func TestErrorsAreReadable(t *testing.T) {
	e := &challenge.Error{Operation: "RespondToAuthChallenge", Challenge: types.ChallengeNameTypeSmsMfa, Reason: challenge.BadCode, Code: "CodeMismatchException", Message: "Invalid code or auth state for the user."}
	want := "challenge: RespondToAuthChallenge SMS_MFA: wrong code: CodeMismatchException: Invalid code or auth state for the user."
	if e.Error() != want {
		t.Errorf("got %q, expected %q", e.Error(), want)
	}
	for c, want := range map[challenge.Certainty]string{challenge.Unsure: "unsure", challenge.No: "no", challenge.Yes: "yes", 9: "unsure"} {
		if c.String() != want {
			t.Errorf("%d prints %q, expected %q", c, c, want)
		}
	}
}
