package challenge_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

var wrongCode = apiError("CodeMismatchException", "Invalid code or auth state for the user.")

func TestSignInAsksAgain(t *testing.T) {
	client, s := newClient(t, issue("SMS_MFA", "s1"), wrongCode, wrongCode, issue("SOFTWARE_TOKEN_MFA", "s2"), signedIn)
	type asked struct {
		Name   string
		Number int
		Err    bool
	}
	var questions []asked
	tokens, err := client.SignIn(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")},
		func(_ context.Context, ch challenge.Challenge, a challenge.Attempt) error {
			questions = append(questions, asked{string(ch.Name()), a.Number, a.Err != nil})
			switch ch := ch.(type) {
			case *challenge.SMSMFA:
				ch.Code = secret("1")
				if a.Number == 1 {
					ch.Code = challenge.Secret{} // seen before it is sent
				}
			case *challenge.SoftwareTokenMFA:
				ch.Code = secret("123456")
			}
			return nil
		})
	if err != nil || tokens == nil {
		t.Fatal(err)
	}
	want := []asked{{"SMS_MFA", 1, false}, {"SMS_MFA", 2, true}, {"SMS_MFA", 3, true}, {"SMS_MFA", 4, true}, {"SOFTWARE_TOKEN_MFA", 1, false}}
	if diff := cmp.Diff(want, questions); diff != "" {
		t.Errorf("questions (-want +got):\n%s", diff)
	}
	for i, session := range []string{"s1", "s1", "s1", "s2"} {
		if got := s.responded[i].Session.Reveal(); got != session {
			t.Errorf("answer %d has session %q, expected %q", i, got, session)
		}
	}
}

func TestSignInEnds(t *testing.T) {
	stop := errors.New("the user went away")
	fill := func(_ context.Context, ch challenge.Challenge, _ challenge.Attempt) error {
		switch ch := ch.(type) {
		case *challenge.SMSMFA:
			ch.Code = secret("1")
		case *challenge.CustomChallenge:
			ch.Answer = secret("1")
		}
		return nil
	}
	spent := apiError("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	repeat := func(r any) []any {
		replies := []any{issue("SMS_MFA", "s")}
		for range 100 {
			replies = append(replies, r)
		}
		return replies
	}
	for name, tt := range map[string]struct {
		replies []any
		answer  func(context.Context, challenge.Challenge, challenge.Attempt) error
		want    func(error) bool
		answers int
	}{
		"refused at the start": {[]any{spent}, fill, func(err error) bool { return errors.Is(err, spent) }, 0},
		"by the caller":        {repeat(wrongCode), func(context.Context, challenge.Challenge, challenge.Attempt) error { return stop }, func(err error) bool { return err == stop }, 0},
		"session lost":         {repeat(spent), fill, func(err error) bool { return errors.Is(err, challenge.SessionSpent) }, 1},
		"throttled":            {repeat(apiError("TooManyRequestsException", "")), fill, func(err error) bool { return errors.Is(err, challenge.Throttled) }, 1},
		"too many wrong codes": {repeat(wrongCode), fill, func(err error) bool { return errors.Is(err, challenge.BadCode) }, challenge.MaxAnswers},
		"endless questions": {repeat(issue("CUSTOM_CHALLENGE", "s")), fill, func(err error) bool {
			var malformed *challenge.MalformedError
			return errors.As(err, &malformed)
		}, challenge.MaxAnswers},
	} {
		client, s := newClient(t, tt.replies...)
		tokens, err := client.SignIn(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}, tt.answer)
		if tokens != nil || !tt.want(err) {
			t.Errorf("%s: got %v, %v", name, tokens, err)
		}
		if len(s.responded) != tt.answers {
			t.Errorf("%s: %d answers were sent, expected %d", name, len(s.responded), tt.answers)
		}
	}
}

func TestSignInIsCanceled(t *testing.T) {
	client, s := newClient(t, issue("SMS_MFA", "s"), signedIn)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := client.SignIn(ctx, challenge.UserPassword{Username: "alice", Password: secret("pw")},
		func(_ context.Context, ch challenge.Challenge, _ challenge.Attempt) error {
			ch.(*challenge.SMSMFA).Code = secret("1")
			cancel()
			return nil
		})
	if !errors.Is(err, context.Canceled) || len(s.responded) > 0 {
		t.Errorf("got %v after %d answers", err, len(s.responded))
	}
}

func TestSignInAtLastAnswer(t *testing.T) {
	replies := []any{issue("CUSTOM_CHALLENGE", "s")}
	for range challenge.MaxAnswers - 1 {
		replies = append(replies, issue("CUSTOM_CHALLENGE", "s"))
	}
	client, _ := newClient(t, append(replies, signedIn)...)
	tokens, err := client.SignIn(t.Context(), challenge.Custom{Username: "alice"},
		func(_ context.Context, ch challenge.Challenge, _ challenge.Attempt) error {
			ch.(*challenge.CustomChallenge).Answer = secret("1")
			return nil
		})
	if err != nil || tokens == nil {
		t.Errorf("got %v, although the last answer was right", err)
	}
}

func TestAskAgain(t *testing.T) {
	invalid := &challenge.InvalidError{Challenge: "SMS_MFA", Field: "Code", Key: "SMS_MFA_CODE", Problem: "is required"}
	for name, tt := range map[string]struct {
		err  error
		want bool
	}{
		"nil":            {nil, false},
		"invalid":        {errors.Join(invalid, invalid), true},
		"mistake":        {&challenge.InvalidError{Field: "challenge", Problem: "is nil"}, false},
		"wrong code":     {&challenge.Error{Reason: challenge.BadCode, SessionUsable: challenge.Yes}, true},
		"reused code":    {fmt.Errorf("wrapped: %w", &challenge.Error{Reason: challenge.CodeReused, SessionUsable: challenge.Yes}), true},
		"password":       {&challenge.Error{Reason: challenge.NewPasswordRejected, SessionUsable: challenge.Yes}, true},
		"wrong password": {&challenge.Error{Reason: challenge.BadCredentials, SessionUsable: challenge.No}, false},
		"not sent":       {&challenge.Error{Reason: challenge.Unavailable, SessionUsable: challenge.Yes, Retryable: true}, false},
		"another error":  {errors.New("x"), false},
	} {
		if got := challenge.AskAgain(tt.err); got != tt.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
	if got := challenge.InvalidErrors(fmt.Errorf("wrapped: %w", errors.Join(invalid, errors.New("x"), errors.Join(invalid)))); len(got) != 2 || got[0] != invalid {
		t.Errorf("InvalidErrors found %v", got)
	}
	if got := challenge.InvalidErrors(nil); got != nil {
		t.Errorf("InvalidErrors(nil) = %v", got)
	}
}
