package challenge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

var secret = challenge.NewSecret

// issued is the part of a form that Cognito filled in.
var issued = challenge.Issued{Username: "alice", Session: secret("the session")}

const passkey = `{"id":"AQID","rawId":"AQID","type":"public-key","clientExtensionResults":{},` +
	`"response":{"clientDataJSON":"e30","authenticatorData":"BAUG","signature":"BwgJ"}}`

// filled has every challenge, filled in rightly, and what is to be sent.
var filled = map[types.ChallengeNameType]struct {
	form func() challenge.Challenge
	want map[string]string
}{
	"SMS_MFA": {
		func() challenge.Challenge { return &challenge.SMSMFA{Issued: issued, Code: secret("123456")} },
		map[string]string{"USERNAME": "alice", "SMS_MFA_CODE": "123456"},
	},
	"SMS_OTP": {
		func() challenge.Challenge { return &challenge.SMSOTP{Issued: issued, Code: secret("12345678")} },
		map[string]string{"USERNAME": "alice", "SMS_OTP_CODE": "12345678"},
	},
	"EMAIL_OTP": {
		func() challenge.Challenge { return &challenge.EmailOTP{Issued: issued, Code: secret("12345678")} },
		map[string]string{"USERNAME": "alice", "EMAIL_OTP_CODE": "12345678"},
	},
	"SOFTWARE_TOKEN_MFA": {
		func() challenge.Challenge { return &challenge.SoftwareTokenMFA{Issued: issued, Code: secret("012345")} },
		map[string]string{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": "012345"},
	},
	"SELECT_MFA_TYPE": {
		func() challenge.Challenge {
			return &challenge.SelectMFAType{
				Issued:    issued,
				CanChoose: []types.ChallengeNameType{"SMS_MFA", "EMAIL_OTP"}, Answer: "EMAIL_OTP",
			}
		},
		map[string]string{"USERNAME": "alice", "ANSWER": "EMAIL_OTP"},
	},
	"MFA_SETUP": {
		func() challenge.Challenge { return &challenge.MFASetup{Issued: issued, SoftwareTokenVerified: true} },
		map[string]string{"USERNAME": "alice"},
	},
	"PASSWORD_VERIFIER": {
		func() challenge.Challenge {
			return &challenge.PasswordVerifier{Issued: challenge.Issued{Username: "alice", DeviceKey: "eu-west-1_d"}, PasswordClaim: claim}
		},
		map[string]string{
			"USERNAME": "alice", "DEVICE_KEY": "eu-west-1_d",
			"PASSWORD_CLAIM_SIGNATURE": "c2ln", "PASSWORD_CLAIM_SECRET_BLOCK": "YmxvY2s=", "TIMESTAMP": "Fri Nov 20 15:04:05 UTC 2026",
		},
	},
	"DEVICE_SRP_AUTH": {
		func() challenge.Challenge {
			return &challenge.DeviceSRPAuth{Issued: challenge.Issued{Username: "alice", DeviceKey: "eu-west-1_d"}, A: "0aF"}
		},
		map[string]string{"USERNAME": "alice", "DEVICE_KEY": "eu-west-1_d", "SRP_A": "0aF"},
	},
	"DEVICE_PASSWORD_VERIFIER": {
		func() challenge.Challenge {
			return &challenge.DevicePasswordVerifier{Issued: challenge.Issued{Username: "alice", DeviceKey: "eu-west-1_d"}, PasswordClaim: claim}
		},
		map[string]string{
			"USERNAME": "alice", "DEVICE_KEY": "eu-west-1_d",
			"PASSWORD_CLAIM_SIGNATURE": "c2ln", "PASSWORD_CLAIM_SECRET_BLOCK": "YmxvY2s=", "TIMESTAMP": "Fri Nov 20 15:04:05 UTC 2026",
		},
	},
	"CUSTOM_CHALLENGE": {
		func() challenge.Challenge {
			return &challenge.CustomChallenge{Issued: issued, Answer: secret(" any text\n")}
		},
		map[string]string{"USERNAME": "alice", "ANSWER": " any text\n"},
	},
	"SELECT_CHALLENGE": {
		func() challenge.Challenge {
			return &challenge.SelectChallenge{
				Issued:    issued,
				CanChoose: []types.ChallengeNameType{"PASSWORD", "SMS_OTP"}, Answer: "PASSWORD", Password: secret("pw"),
			}
		},
		map[string]string{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": "pw"},
	},
	"ADMIN_NO_SRP_AUTH": {
		func() challenge.Challenge { return &challenge.AdminNoSRPAuth{Issued: issued, Password: secret("pw")} },
		map[string]string{"USERNAME": "alice", "PASSWORD": "pw"},
	},
	"NEW_PASSWORD_REQUIRED": {
		func() challenge.Challenge {
			return &challenge.NewPasswordRequired{
				Issued:             issued,
				RequiredAttributes: []string{"name"},
				UserAttributes:     map[string]string{"email": "a@example.com"},
				NewPassword:        secret("N3w!"),
				Attributes:         map[string]string{"name": "Alice", "custom:team": "blue"},
			}
		},
		map[string]string{
			"USERNAME": "alice", "NEW_PASSWORD": "N3w!",
			"userAttributes.name": "Alice", "userAttributes.custom:team": "blue",
		},
	},
	"PASSWORD": {
		func() challenge.Challenge { return &challenge.Password{Issued: issued, Password: secret("pw")} },
		map[string]string{"USERNAME": "alice", "PASSWORD": "pw"},
	},
	"PASSWORD_SRP": {
		func() challenge.Challenge { return &challenge.PasswordSRP{Issued: issued, A: "0a"} },
		map[string]string{"USERNAME": "alice", "SRP_A": "0a"},
	},
	"WEB_AUTHN": {
		func() challenge.Challenge { return &challenge.WebAuthn{Issued: issued, Credential: secret(passkey)} },
		map[string]string{"USERNAME": "alice", "CREDENTIAL": passkey},
	},
}

var claim = challenge.PasswordClaim{
	SecretBlock: secret("YmxvY2s="), Signature: secret("c2ln"), Timestamp: "Fri Nov 20 15:04:05 UTC 2026",
}

func TestEveryChallengeOfTheSDK(t *testing.T) {
	names := types.ChallengeNameType("").Values()
	if len(names) == 0 {
		t.Fatal("the SDK names no challenge")
	}
	for _, name := range names {
		f, ok := filled[name]
		if !ok {
			t.Errorf("%s: no test fills it in", name)
			continue
		}
		ch := f.form()
		if ch.Name() != name {
			t.Errorf("%s: its type is named %s", name, ch.Name())
		}
		got, err := ch.ChallengeResponses()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(f.want, got); diff != "" {
			t.Errorf("%s: ChallengeResponses (-want +got):\n%s", name, diff)
		}
	}
	if len(filled) != len(names) {
		t.Errorf("%d challenges are filled in, the SDK names %d", len(filled), len(names))
	}
}

func TestUnknownChallengeIsAnswered(t *testing.T) {
	ch := &challenge.Unknown{
		Issued: issued, ChallengeName: "VOICE_OTP",
		Responses: challenge.NewParams(map[string]string{"VOICE_OTP_CODE": "1"}),
	}
	got, err := ch.ChallengeResponses()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"USERNAME": "alice", "VOICE_OTP_CODE": "1"}, got); diff != "" {
		t.Error(diff)
	}
}

// problem is an InvalidError of a known challenge.
type problem struct{ Field, Key, Problem string }

// TestInvalid has, for each challenge, what can be wrong with it: the fields
// and keys that the error must name, in order.
func TestInvalid(t *testing.T) {
	empty := challenge.Issued{}
	username := problem{"Username", "USERNAME", "is required"}
	type invalidForm struct {
		name string
		form challenge.Challenge
		want []problem
	}
	tests := []invalidForm{
		{"SMS_MFA empty", &challenge.SMSMFA{}, []problem{username, {"Code", "SMS_MFA_CODE", "is required"}}},
		{"SMS_MFA line end", &challenge.SMSMFA{Issued: issued, Code: secret("123456\n")}, []problem{{"Code", "SMS_MFA_CODE", "has white space in it"}}},
		{"SMS_MFA bytes", &challenge.SMSMFA{Issued: issued, Code: secret("\xff")}, []problem{{"Code", "SMS_MFA_CODE", "is not valid UTF-8"}}},
		{"SMS_MFA long", &challenge.SMSMFA{Issued: issued, Code: secret(strings.Repeat("1", 131073))}, []problem{{"Code", "SMS_MFA_CODE", "is longer than 131072 characters"}}},
		{"SMS_OTP empty", &challenge.SMSOTP{}, []problem{username, {"Code", "SMS_OTP_CODE", "is required"}}},
		{"EMAIL_OTP empty", &challenge.EmailOTP{}, []problem{username, {"Code", "EMAIL_OTP_CODE", "is required"}}},
		{"SOFTWARE_TOKEN_MFA empty", &challenge.SoftwareTokenMFA{}, []problem{username, {"Code", "SOFTWARE_TOKEN_MFA_CODE", "is required"}}},
		{"SOFTWARE_TOKEN_MFA short", &challenge.SoftwareTokenMFA{Issued: issued, Code: secret("12345")}, []problem{{"Code", "SOFTWARE_TOKEN_MFA_CODE", "is not six digits"}}},
		{"SOFTWARE_TOKEN_MFA letters", &challenge.SoftwareTokenMFA{Issued: issued, Code: secret("12345a")}, []problem{{"Code", "SOFTWARE_TOKEN_MFA_CODE", "is not six digits"}}},
		{"SELECT_MFA_TYPE empty", &challenge.SelectMFAType{Issued: empty}, []problem{username, {"Answer", "ANSWER", "is required"}}},
		{
			"SELECT_MFA_TYPE not offered",
			&challenge.SelectMFAType{Issued: issued, CanChoose: []types.ChallengeNameType{"SMS_MFA"}, Answer: "EMAIL_MFA"},
			[]problem{{"Answer", "ANSWER", `is "EMAIL_MFA", expected one of ["SMS_MFA"]`}},
		},
		{
			"MFA_SETUP undone", &challenge.MFASetup{Issued: issued},
			[]problem{{"SoftwareTokenVerified", "Session", "is not set: verify a software token first, or give Email"}},
		},
		{
			"MFA_SETUP both", &challenge.MFASetup{Issued: issued, SoftwareTokenVerified: true, Email: "a@example.com"},
			[]problem{{"Email", "EMAIL", "is given, but a software token was verified"}},
		},
		{
			"MFA_SETUP e-mail not offered",
			&challenge.MFASetup{Issued: issued, CanSetup: []types.ChallengeNameType{"SOFTWARE_TOKEN_MFA"}, Email: "a@example.com"},
			[]problem{{"Email", "EMAIL", "is given, but EMAIL_OTP is not among CanSetup"}},
		},
		{
			"PASSWORD_VERIFIER unproven", &challenge.PasswordVerifier{Issued: issued},
			[]problem{
				{"Signature", "PASSWORD_CLAIM_SIGNATURE", "is required"},
				{"SecretBlock", "PASSWORD_CLAIM_SECRET_BLOCK", "is required"},
				{"Timestamp", "TIMESTAMP", "is required"},
			},
		},
		{"DEVICE_SRP_AUTH empty", &challenge.DeviceSRPAuth{Issued: issued}, []problem{{"DeviceKey", "DEVICE_KEY", "is required"}, {"A", "SRP_A", "is required"}}},
		{
			"DEVICE_PASSWORD_VERIFIER no key", &challenge.DevicePasswordVerifier{Issued: issued, PasswordClaim: claim},
			[]problem{{"DeviceKey", "DEVICE_KEY", "is required"}},
		},
		{"CUSTOM_CHALLENGE empty", &challenge.CustomChallenge{Issued: issued}, []problem{{"Answer", "ANSWER", "is required"}}},
		{"SELECT_CHALLENGE empty", &challenge.SelectChallenge{Issued: issued}, []problem{{"Answer", "ANSWER", "is required"}}},
		{"SELECT_CHALLENGE no password", &challenge.SelectChallenge{Issued: issued, Answer: "PASSWORD"}, []problem{{"Password", "PASSWORD", "is required"}}},
		{
			"SELECT_CHALLENGE password alone", &challenge.SelectChallenge{Issued: issued, Password: secret("pw")},
			[]problem{{"Answer", "ANSWER", "is required"}, {"Password", "PASSWORD", "is given, but Answer is not a password challenge"}},
		},
		{"SELECT_CHALLENGE no proof", &challenge.SelectChallenge{Issued: issued, Answer: "PASSWORD_SRP"}, []problem{{"A", "SRP_A", "is required"}}},
		{
			"SELECT_CHALLENGE needless password", &challenge.SelectChallenge{Issued: issued, Answer: "SMS_OTP", Password: secret("pw")},
			[]problem{{"Password", "PASSWORD", "is given, but Answer is not a password challenge"}},
		},
		{
			"SELECT_CHALLENGE needless proof", &challenge.SelectChallenge{Issued: issued, Answer: "SMS_OTP", A: "0a"},
			[]problem{{"A", "SRP_A", "is given, but Answer is not PASSWORD_SRP"}},
		},
		{"ADMIN_NO_SRP_AUTH empty", &challenge.AdminNoSRPAuth{Issued: issued}, []problem{{"Password", "PASSWORD", "is required"}}},
		{
			"NEW_PASSWORD_REQUIRED all wrong",
			&challenge.NewPasswordRequired{
				Issued:             issued,
				RequiredAttributes: []string{"family_name", "name"},
				UserAttributes:     map[string]string{"email": "a@example.com"},
				Attributes: map[string]string{
					"":                    "x",
					"email":               "b@example.com",
					"email_verified":      "true",
					"family_name":         "",
					"sub":                 "x",
					"userAttributes.name": "Alice",
				},
			},
			[]problem{
				{"NewPassword", "NEW_PASSWORD", "is required"},
				{`Attributes[""]`, "userAttributes.", "has no name"},
				{`Attributes["email"]`, "userAttributes.email", "has a value already and can't be set in this step"},
				{`Attributes["email_verified"]`, "userAttributes.email_verified", "can't be set by a user"},
				{`Attributes["family_name"]`, "userAttributes.family_name", "is required"},
				{`Attributes["sub"]`, "userAttributes.sub", "can't be set by a user"},
				{`Attributes["userAttributes.name"]`, "userAttributes.userAttributes.name", "is named with Cognito's prefix; leave it out"},
				{`Attributes["name"]`, "userAttributes.name", "is required"},
			},
		},
		{"PASSWORD empty", &challenge.Password{Issued: issued}, []problem{{"Password", "PASSWORD", "is required"}}},
		{"PASSWORD_SRP no hex", &challenge.PasswordSRP{Issued: issued, A: "0x0A"}, []problem{{"A", "SRP_A", "is not hex"}}},
		{
			"PASSWORD_VERIFIER not the service's spelling", &challenge.PasswordVerifier{Issued: issued, PasswordClaim: challenge.PasswordClaim{
				Signature: secret("c2ln="), SecretBlock: secret("block?"), Timestamp: "Thu Nov 05 01:02:03 UTC 2026",
			}},
			[]problem{
				{"Signature", "PASSWORD_CLAIM_SIGNATURE", "is not base64"},
				{"SecretBlock", "PASSWORD_CLAIM_SECRET_BLOCK", "is not base64"},
				{"Timestamp", "TIMESTAMP", `is no time like "Mon Jan 2 15:04:05 UTC 2006"`},
			},
		},
		{
			"PASSWORD_VERIFIER another weekday", &challenge.PasswordVerifier{Issued: issued, PasswordClaim: challenge.PasswordClaim{
				Signature: secret("c2ln"), SecretBlock: secret("YmxvY2s="), Timestamp: "Fri Nov 5 01:02:03 UTC 2026",
			}},
			[]problem{{"Timestamp", "TIMESTAMP", `is no time like "Mon Jan 2 15:04:05 UTC 2006"`}},
		},
		{"SOFTWARE_TOKEN_MFA seven digits", &challenge.SoftwareTokenMFA{Issued: issued, Code: secret("1234567")}, []problem{{"Code", "SOFTWARE_TOKEN_MFA_CODE", "is not six digits"}}},
		{"PASSWORD_SRP empty", &challenge.PasswordSRP{Issued: issued}, []problem{{"A", "SRP_A", "is required"}}},
		{"WEB_AUTHN empty", &challenge.WebAuthn{Issued: issued}, []problem{{"Credential", "CREDENTIAL", "is required"}}},
		{"WEB_AUTHN no JSON", &challenge.WebAuthn{Issued: issued, Credential: secret("{")}, []problem{{"Credential", "CREDENTIAL", "is no JSON object of an AuthenticationResponseJSON"}}},
		{
			"WEB_AUTHN type", &challenge.WebAuthn{Issued: issued, Credential: secret(strings.Replace(passkey, "public-key", "password", 1))},
			[]problem{{"Credential", "CREDENTIAL", `has a type other than "public-key"`}},
		},
		{
			"WEB_AUTHN other case", &challenge.WebAuthn{Issued: issued, Credential: secret(strings.Replace(passkey, `"rawId"`, `"RawID"`, 1))},
			[]problem{{"Credential", "CREDENTIAL", "has no rawId"}},
		},
		{
			"WEB_AUTHN response", &challenge.WebAuthn{Issued: issued, Credential: secret(`{"id":"AQID","rawId":"AQID","type":"public-key","response":[]}`)},
			[]problem{{"Credential", "CREDENTIAL", "has no response.clientDataJSON"}},
		},
		{
			"WEB_AUTHN no signature", &challenge.WebAuthn{Issued: issued, Credential: secret(strings.Replace(passkey, "BwgJ", "", 1))},
			[]problem{{"Credential", "CREDENTIAL", "has no response.signature"}},
		},
		{
			"WEB_AUTHN padded", &challenge.WebAuthn{Issued: issued, Credential: secret(strings.Replace(passkey, "BwgJ", "Bwg=", 1))},
			[]problem{{"Credential", "CREDENTIAL", "has a response.signature that is not base64url without padding"}},
		},
		{"unknown nameless", &challenge.Unknown{Issued: issued}, []problem{{"ChallengeName", "ChallengeName", "is required"}}},
	}
	for name := range filled {
		if !slices.ContainsFunc(tests, func(tt invalidForm) bool { return tt.form.Name() == name }) {
			t.Errorf("%s: no test fills it in wrongly", name)
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.form.ChallengeResponses()
			if got != nil {
				t.Errorf("ChallengeResponses returned a map of an invalid form: %v", got)
			}
			var problems []problem
			for _, e := range joined(err) {
				var invalid *challenge.InvalidError
				if !errors.As(e, &invalid) {
					t.Fatalf("got %T, expected *InvalidError", e)
				}
				if invalid.Challenge != tt.form.Name() {
					t.Errorf("the error is about %q, expected %q", invalid.Challenge, tt.form.Name())
				}
				for _, part := range []string{"challenge: ", string(invalid.Challenge), invalid.Field, invalid.Problem} {
					if !strings.Contains(invalid.Error(), part) {
						t.Errorf("text %q lacks %q", invalid.Error(), part)
					}
				}
				problems = append(problems, problem{invalid.Field, invalid.Key, invalid.Problem})
			}
			if diff := cmp.Diff(tt.want, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// joined returns the errors that err joins, however deep.
func joined(err error) []error {
	if err == nil {
		return nil
	}
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var flat []error
	for _, e := range many.Unwrap() {
		flat = append(flat, joined(e)...)
	}
	return flat
}

// TestRequiredKeysAreChecked takes every value out of every filled-in form and
// expects an error that names it: no key is sent empty, and none is missing
// without a word.
func TestRequiredKeysAreChecked(t *testing.T) {
	checked := 0
	for name, f := range filled {
		for _, clear := range []func(*challenge.Issued){
			func(i *challenge.Issued) { i.Username = "" },
			func(i *challenge.Issued) { i.Session = challenge.Secret{} },
		} {
			ch := f.form()
			before := *challenge.IssuedOf(ch)
			clear(challenge.IssuedOf(ch))
			_, err := config.AdminRespondInput(ch)
			wantErr := before.Username != challenge.IssuedOf(ch).Username || !slices.Contains(sessionless, name)
			if (err != nil) != wantErr {
				t.Errorf("%s: got error %v, expected one: %t", name, err, wantErr)
			}
			checked++
		}
	}
	if checked != 2*len(filled) || checked == 0 {
		t.Errorf("checked %d forms", checked)
	}
}

// sessionless are the challenges that Cognito is known, or may be, to issue
// without a Session.
var sessionless = []types.ChallengeNameType{"PASSWORD_VERIFIER", "DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER", "ADMIN_NO_SRP_AUTH"}

// TestEmptyAttributes: what a page leaves blank is not sent, unless the pool
// requires it.
func TestEmptyAttributes(t *testing.T) {
	ch := &challenge.NewPasswordRequired{
		Issued: issued, NewPassword: secret("pw"),
		Attributes: map[string]string{"nickname": "", "custom:kyc_verified": "true"},
	}
	got, err := ch.ChallengeResponses()
	want := map[string]string{"USERNAME": "alice", "NEW_PASSWORD": "pw", "userAttributes.custom:kyc_verified": "true"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, sends (-want +got):\n%s", err, diff)
	}
}
