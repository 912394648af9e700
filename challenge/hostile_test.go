package challenge_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-go/cognitoauth/challenge"
)

// allocated returns how many bytes do allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestHostileReplies: what no service sends costs next to nothing, whatever its
// size, and ends in an error that names it.
func TestHostileReplies(t *testing.T) {
	const bound = 8 << 20 // bytes; the largest reply has 100 MB
	huge := strings.Repeat("a", 100_000_000)
	million := strings.Repeat("a,", 999_999) + "a"
	millionQuoted := `["` + strings.ReplaceAll(million, ",", `","`) + `"]`
	many := func(entry string) string { return strings.TrimSuffix(strings.Repeat(entry, 131_000/len(entry)), ",") }

	tests := []struct {
		name       types.ChallengeNameType
		key, value string
	}{
		{"PASSWORD_VERIFIER", "SALT", huge},
		{"PASSWORD_VERIFIER", "SRP_B", huge},
		{"PASSWORD_VERIFIER", "SECRET_BLOCK", huge},
		{"PASSWORD_VERIFIER", "USER_ID_FOR_SRP", huge},
		{"DEVICE_PASSWORD_VERIFIER", "DEVICE_KEY", huge},
		{"SMS_MFA", "CODE_DELIVERY_DESTINATION", huge},
		{"EMAIL_OTP", "CODE_DELIVERY_DELIVERY_MEDIUM", huge},
		{"SOFTWARE_TOKEN_MFA", "FRIENDLY_DEVICE_NAME", huge},
		{"WEB_AUTHN", "CREDENTIAL_REQUEST_OPTIONS", `{"challenge":"` + huge + `"}`},
		{"NEW_PASSWORD_REQUIRED", "requiredAttributes", millionQuoted},
		{"NEW_PASSWORD_REQUIRED", "requiredAttributes", million},
		{"NEW_PASSWORD_REQUIRED", "requiredAttributes", "[" + many(`"a",`) + "]"},
		{"NEW_PASSWORD_REQUIRED", "requiredAttributes", many("a,")},
		{"NEW_PASSWORD_REQUIRED", "userAttributes", `{"a":"` + huge + `"}`},
		{"NEW_PASSWORD_REQUIRED", "userAttributes", strings.Repeat("[", 130_000)},
		{"MFA_SETUP", "MFAS_CAN_SETUP", millionQuoted},
		{"SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", many("a,")},
		{"SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", strings.Repeat("[", 130_000)},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %s of %d", tt.name, tt.key, len(tt.value)), func(t *testing.T) {
			params := map[string]string{"SALT": "0f", "SRP_B": "b0", "SECRET_BLOCK": "YmxvY2s=", "USERNAME": "alice"}
			params[tt.key] = tt.value
			client, s := newClient(t, &challenge.Reply{Challenge: tt.name, Session: secret("s"), Parameters: challenge.NewParams(params)})
			var step challenge.Step
			var err error
			bytes := allocated(func() {
				step, err = client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")})
			})
			var malformed *challenge.MalformedError
			if !errors.As(err, &malformed) || malformed.Challenge != tt.name || malformed.Key != tt.key || step != nil {
				t.Fatalf("got %T, %T", step, err)
			}
			if len(err.Error()) > 1000 {
				t.Errorf("the error has %d characters", len(err.Error()))
			}
			if bytes > bound {
				t.Errorf("it took %d bytes", bytes)
			}
			if len(s.responded) > 0 {
				t.Error("it was answered")
			}
		})
	}
}

// TestHostileNames: nor does the name of a challenge or of an error fill logs.
func TestHostileNames(t *testing.T) {
	huge := strings.Repeat("A", 100_000_000)
	client, _ := newClient(t,
		&challenge.Reply{Challenge: types.ChallengeNameType(huge), Session: secret("s")},
		&smithy.GenericAPIError{Code: huge, Message: huge},
		&challenge.Reply{Challenge: types.ChallengeNameType(huge[:200]), Session: secret("s")},
		&challenge.Reply{Challenge: types.ChallengeNameType(huge[:201]), Session: secret("s")},
	)
	begin := func() (challenge.Step, error) {
		return client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
	}
	var malformed *challenge.MalformedError
	if _, err := begin(); !errors.As(err, &malformed) || malformed.Key != "ChallengeName" || len(err.Error()) > 1000 {
		t.Errorf("a name: got %T", err)
	}
	if _, err := begin(); !errors.Is(err, challenge.Unrecognized) || len(err.Error()) > 1000 {
		t.Errorf("a code: got %T", err)
	}
	if step, err := begin(); err != nil || len(step.(*challenge.Unknown).Name()) != 200 {
		t.Errorf("the longest name: got %T, %v", step, err)
	}
	if _, err := begin(); !errors.As(err, &malformed) {
		t.Errorf("a longer name: %v", err)
	}
	_, err := (&challenge.SelectMFAType{Issued: issued, CanChoose: []types.ChallengeNameType{"SMS_MFA"}, Answer: types.ChallengeNameType(huge[:131072])}).ChallengeResponses()
	if len(challenge.InvalidErrors(err)) != 1 || len(err.Error()) > 1000 {
		t.Errorf("a choice: an error of %d characters", len(err.Error()))
	}
}

// TestHostileAnswers: the same of what a user hands over.
func TestHostileAnswers(t *testing.T) {
	const bound = 8 << 20
	huge := strings.Repeat("1", 100_000_000)
	attributes := make(map[string]string)
	for i := range 1_000_000 {
		attributes[fmt.Sprint("userAttributes.a", i)] = ""
	}
	stored, request := []byte(`{"v":1,"challenge":"SMS_MFA","session":"`+huge+`"}`), []byte(`{"Session":"`+huge+`"}`)
	for name, answer := range map[string]func() error{
		"a code": func() error {
			_, err := config.RespondInput(&challenge.SMSMFA{Issued: issued, Code: secret(huge)})
			return err
		},
		"a password": func() error {
			_, err := config.RespondInput(&challenge.NewPasswordRequired{Issued: issued, NewPassword: secret(huge)})
			return err
		},
		"a credential": func() error {
			_, err := config.RespondInput(&challenge.WebAuthn{Issued: issued, Credential: secret(huge)})
			return err
		},
		"a user name": func() error {
			_, err := config.RespondInput(&challenge.SMSMFA{Issued: challenge.Issued{Username: huge, Session: secret("s")}, Code: secret("1")})
			return err
		},
		"a million attributes": func() error { return challenge.Fill(&challenge.NewPasswordRequired{Issued: issued}, attributes) },
		"a device": func() error {
			_, err := challenge.ParseDevice(secret(huge))
			return err
		},
		"a stored challenge": func() error {
			_, err := challenge.Unmarshal(stored)
			return err
		},
		"a request": func() error {
			_, err := challenge.UnmarshalAdminRespondInput(request)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			bytes := allocated(func() { err = answer() })
			if len(challenge.InvalidErrors(err)) == 0 || len(err.Error()) > 100*1000 {
				t.Fatalf("got %T", err)
			}
			if bytes > bound {
				t.Errorf("it took %d bytes", bytes)
			}
		})
	}
}

// TestLongestValue: the service counts characters, not bytes.
func TestLongestValue(t *testing.T) {
	for _, char := range []string{"a", "é", "€", "😀"} {
		answer := strings.Repeat(char, 131072)
		got, err := (&challenge.CustomChallenge{Issued: issued, Answer: secret(answer)}).ChallengeResponses()
		if err != nil || got["ANSWER"] != answer {
			t.Errorf("131072 of %s: %v", char, err)
		}
		_, err = (&challenge.CustomChallenge{Issued: issued, Answer: secret(answer + char)}).ChallengeResponses()
		if e := challenge.InvalidErrors(err); len(e) != 1 || e[0].Key != "ANSWER" {
			t.Errorf("131073 of %s: %v", char, err)
		}
	}
}

// TestLongestLists: a thousand entries are read, and not one more.
func TestLongestLists(t *testing.T) {
	entries := func(n int) (plain, quoted, object string) {
		var members []string
		for i := range n {
			members = append(members, fmt.Sprintf(`"a%d":"x"`, i))
		}
		plain = strings.TrimSuffix(strings.Repeat("a,", n), ",")
		return plain, `["` + strings.ReplaceAll(plain, ",", `","`) + `"]`, "{" + strings.Join(members, ",") + "}"
	}
	read := func(key, value string) (*challenge.NewPasswordRequired, error) {
		client, _ := newClient(t, issue("NEW_PASSWORD_REQUIRED", "s", key, value))
		step, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")})
		asked, _ := step.(*challenge.NewPasswordRequired)
		return asked, err
	}
	plain, quoted, object := entries(1000)
	for _, list := range []string{plain, quoted} {
		if asked, err := read("requiredAttributes", list); err != nil || len(asked.RequiredAttributes) != 1000 {
			t.Errorf("%.10s…: %v", list, err)
		}
	}
	if asked, err := read("userAttributes", object); err != nil || len(asked.UserAttributes) != 1000 {
		t.Errorf("%.10s…: %v", object, err)
	}
	plain, quoted, object = entries(1001)
	for list, key := range map[string]string{plain: "requiredAttributes", quoted: "requiredAttributes", object: "userAttributes"} {
		var malformed *challenge.MalformedError
		if _, err := read(key, list); !errors.As(err, &malformed) || malformed.Key != key {
			t.Errorf("%.10s… and one more: %v", list, err)
		}
	}
}

// TestRepliesAreBounded: what is not decoded is carried along, stored and printed
// all the same.
func TestRepliesAreBounded(t *testing.T) {
	long := strings.Repeat("x", 131073)
	params := func(n int) challenge.Params {
		values := make(map[string]string)
		for i := range n {
			values[fmt.Sprint(i)] = ""
		}
		return challenge.NewParams(values)
	}
	for key, reply := range map[string]*challenge.Reply{
		"Session":             {Session: secret(long)},
		"USERNAME":            {Parameters: challenge.NewParams(map[string]string{"USERNAME": long})},
		"riddle":              {Parameters: challenge.NewParams(map[string]string{"riddle": long})},
		"ChallengeParameters": {Parameters: params(1001)},
		"AvailableChallenges": {AvailableChallenges: make([]types.ChallengeNameType, 1001)},
	} {
		reply.Challenge = "CUSTOM_CHALLENGE"
		_, err := challenge.ReadReply(reply, challenge.Issued{})
		var malformed *challenge.MalformedError
		if !errors.As(err, &malformed) || malformed.Key != key || malformed.Challenge != reply.Challenge || len(err.Error()) > 1000 {
			t.Errorf("%s: got %v", key, err)
		}
	}
	names := make([]types.ChallengeNameType, 1000)
	for i := range names {
		names[i] = types.ChallengeNameType(strings.Repeat("A", 100))
	}
	step, err := challenge.ReadReply(&challenge.Reply{Challenge: "SELECT_CHALLENGE", Session: secret(long[1:]), Parameters: params(1000), AvailableChallenges: names}, challenge.Issued{Username: "alice"})
	if err != nil {
		t.Fatal(err)
	}
	choice := step.(*challenge.SelectChallenge)
	choice.Answer = "B"
	if _, err := choice.ChallengeResponses(); err == nil || len(err.Error()) > 2000 {
		t.Errorf("an error of %d characters", len(err.Error()))
	}
}

// TestEmptyEntries: a name that is none can neither be given nor chosen.
func TestEmptyEntries(t *testing.T) {
	for _, list := range []string{`[null]`, `[""]`, `["userAttributes."]`, `,`} {
		step, err := challenge.ReadReply(issue("NEW_PASSWORD_REQUIRED", "s", "requiredAttributes", list), challenge.Issued{Username: "alice"})
		if err != nil {
			t.Fatal(err)
		}
		required := step.(*challenge.NewPasswordRequired)
		required.NewPassword = secret("N3w!")
		if _, err := required.ChallengeResponses(); err != nil {
			t.Errorf("%s: %v", list, err)
		}
	}
	step, err := challenge.ReadReply(issue("SELECT_MFA_TYPE", "s", "MFAS_CAN_CHOOSE", `[null,"SMS_MFA",""]`), challenge.Issued{Username: "alice"})
	if choice := step.(*challenge.SelectMFAType); err != nil || len(choice.CanChoose) != 1 || choice.CanChoose[0] != "SMS_MFA" {
		t.Errorf("can choose %q, %v", choice.CanChoose, err)
	}
}

// TestLimitsAreInclusive: what is as long as it may be is read.
func TestLimitsAreInclusive(t *testing.T) {
	for name, tt := range map[string]struct {
		limit int
		text  string
		read  func(text string) error
	}{
		"a device": {4096, `{"v":1,"device_key":"k","device_group_key":"g","password":"p"}`, func(text string) error {
			_, err := challenge.ParseDevice(secret(text))
			return err
		}},
		"a stored challenge": {1 << 20, `{"v":1,"challenge":"SMS_MFA"}`, func(text string) error {
			_, err := challenge.Unmarshal([]byte(text))
			return err
		}},
		"a request": {1 << 20, `{}`, func(text string) error {
			_, err := challenge.UnmarshalAdminRespondInput([]byte(text))
			return err
		}},
	} {
		padded := tt.text + strings.Repeat(" ", tt.limit-len(tt.text))
		if err := tt.read(padded); err != nil {
			t.Errorf("%s of %d bytes: %v", name, len(padded), err)
		}
		if err := tt.read(padded + " "); len(challenge.InvalidErrors(err)) != 1 {
			t.Errorf("%s of %d bytes: %v", name, len(padded)+1, err)
		}
	}
}
