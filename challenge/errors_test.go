package challenge_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

func TestErrorTexts(t *testing.T) {
	for want, err := range map[string]error{
		"challenge: SMS_MFA: Code (SMS_MFA_CODE) is required": &challenge.InvalidError{
			Challenge: "SMS_MFA", Field: "Code", Key: "SMS_MFA_CODE", Problem: "is required",
		},
		"challenge: USER_SRP_AUTH: Username (USERNAME) is required": &challenge.InvalidError{
			Flow: "USER_SRP_AUTH", Field: "Username", Key: "USERNAME", Problem: "is required",
		},
		"challenge: Session is required":                                &challenge.InvalidError{Field: "Session", Key: "Session", Problem: "is required"},
		"challenge: Transport is required":                              &challenge.InvalidError{Field: "Transport", Problem: "is required"},
		"challenge: malformed reply: PASSWORD_VERIFIER: SALT is no hex": &challenge.MalformedError{Challenge: "PASSWORD_VERIFIER", Key: "SALT", Problem: "is no hex"},
		"challenge: malformed reply: Session is missing":                &challenge.MalformedError{Key: "Session", Problem: "is missing"},
		"challenge: malformed reply: SMS_MFA: makes no sense":           &challenge.MalformedError{Challenge: "SMS_MFA", Problem: "makes no sense"},
		"challenge: malformed reply: makes no sense":                    &challenge.MalformedError{Problem: "makes no sense"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

// TestMessagesAreBlotted: what was sent does not come back in an error,
// wherever in the service's text it stands.
func TestMessagesAreBlotted(t *testing.T) {
	for message, want := range map[string]string{
		"pass":                          "[redacted]",
		"pass is wrong":                 "[redacted] is wrong",
		"wrong: pass":                   "wrong: [redacted]",
		"not pass but pass, alice":      "not [redacted] but [redacted], alice",
		"passpass":                      "[redacted]",
		"pas":                           "pas",
		"alice is locked":               "alice is locked",
		"":                              "",
		strings.Repeat("x", 8192):       strings.Repeat("x", 8192),
		strings.Repeat("x", 8193):       "[a text of 8193 bytes]",
		strings.Repeat("pass", 2<<20):   "[a text of 8388608 bytes]",
		"hash " + aliceHash + " is bad": "hash [redacted] is bad",
	} {
		client, _ := newClient(t, &types.NotAuthorizedException{Message: aws.String(message)})
		_, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pass")})
		var refused *challenge.Error
		if !errors.As(err, &refused) || refused.Message != want {
			t.Errorf("%.30q became %.200q", message, refused.Message)
		}
	}
	// Values that overlap, and one that JSON spells in another way.
	client, _ := newClient(t, &types.NotAuthorizedException{Message: aws.String(`abababc and a\"b`)})
	_, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("abab")})
	var refused *challenge.Error
	if !errors.As(err, &refused) || refused.Message != `[redacted]c and a\"b` {
		t.Errorf("got %v", err)
	}
	for _, quoted := range []string{"a\\\"b<cä😀\u0080", "a\\\"b\\u003ccä😀\u0080", "a\"b<cä😀\u0080", `a\"b<c\u00e4\ud83d\ude00\u0080`} {
		client, _ = newClient(t, &types.NotAuthorizedException{Message: aws.String("this " + quoted + " is wrong")})
		if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("a\"b<cä😀\u0080")}); !errors.As(err, &refused) || refused.Message != "this [redacted] is wrong" {
			t.Errorf("%s: got %v", quoted, err)
		}
	}
}

// TestMessagesStayReadable: what is sent can be part of any word by chance.
func TestMessagesStayReadable(t *testing.T) {
	for name, tt := range map[string]struct {
		message, want string
		flow          challenge.Flow
	}{
		"the name of a parameter": {
			"Missing required parameter SRP_A", "Missing required parameter SRP_A",
			challenge.Custom{Username: "alice", Password: secret("pass")},
		},
		"the name of a challenge": {
			"Missing required parameter PASSWORD", "Missing required parameter PASSWORD",
			challenge.Choice{Username: "alice", Preferred: types.ChallengeNameTypePassword, Password: secret("pass")},
		},
		"a password that is a name": {
			"Value 'SMS_OTP' at 'password'", "Value '[redacted]' at 'password'",
			challenge.UserPassword{Username: "alice", Password: secret("SMS_OTP")},
		},
		"wide spaces": {
			"Mauvais mot\u00a0!", "Mauvais mot\u00a0!",
			challenge.UserPassword{Username: "alice", Password: secret("pass")},
		},
		"a short value": {
			"o wrong o-o word 'o' do", "[redacted] wrong [redacted]-[redacted] word '[redacted]' do",
			challenge.UserPassword{Username: "alice", Password: secret("o")},
		},
		"control characters": {
			"one\nlevel=INFO\x1b[2J\u202e pass", `one\nlevel=INFO\x1b[2J\u202e [redacted]`,
			challenge.UserPassword{Username: "alice", Password: secret("pass")},
		},
	} {
		client, _ := newClient(t, &types.NotAuthorizedException{Message: aws.String(tt.message)})
		_, err := client.Start(t.Context(), tt.flow)
		var refused *challenge.Error
		if !errors.As(err, &refused) || refused.Message != tt.want {
			t.Errorf("%s: %q became %q", name, tt.message, refused.Message)
		}
	}
}

// TestChoicesAreNoSecrets: what is chosen is readable, and what is answered isn't.
func TestChoicesAreNoSecrets(t *testing.T) {
	message := "Invalid value SMS_MFA"
	for _, tt := range []struct {
		form challenge.Challenge
		want string
	}{
		{&challenge.SelectMFAType{Issued: issued, Answer: "SMS_MFA"}, message},
		{&challenge.SelectChallenge{Issued: issued, Answer: "SMS_MFA"}, message},
		{&challenge.CustomChallenge{Issued: issued, Answer: secret("SMS_MFA")}, "Invalid value [redacted]"},
	} {
		client, _ := newClient(t, apiError("InvalidParameterException", message))
		_, err := client.Respond(t.Context(), tt.form)
		var refused *challenge.Error
		if !errors.As(err, &refused) || refused.Message != tt.want {
			t.Errorf("%s: got %v", tt.form.Name(), err)
		}
	}
}

// TestNamesAreOneLine: a key can come from a form that anybody posts.
func TestNamesAreOneLine(t *testing.T) {
	ch := filled["SMS_MFA"].form()
	err := challenge.FillAsked(ch, map[string]string{"x\nlevel=INFO\x1b[2J": "1"})
	if err == nil || strings.ContainsAny(err.Error(), "\n\x1b") {
		t.Errorf("got %q", err)
	}
	client, _ := newClient(t, issue("A\nB", "s"))
	var malformed *challenge.MalformedError
	if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}); !errors.As(err, &malformed) || strings.Contains(err.Error(), "\n") {
		t.Errorf("got %q", err)
	}
}
