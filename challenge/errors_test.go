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
	client, _ := newClient(t, &types.NotAuthorizedException{Message: aws.String(`abab and a\"b`)})
	_, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("aba")})
	var refused *challenge.Error
	if !errors.As(err, &refused) || refused.Message != `[redacted]b and a\"b` {
		t.Errorf("got %v", err)
	}
	client, _ = newClient(t, &types.NotAuthorizedException{Message: aws.String(`ababa and a\"b`)})
	if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret(`a"b`)}); !errors.As(err, &refused) || refused.Message != `ababa and [redacted]` {
		t.Errorf("got %v", err)
	}
}
