package challenge_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

// config is an app client with a secret. aliceHash is
//
//	printf alicedemo | openssl dgst -sha256 -hmac secret -binary | base64
var (
	config = challenge.Config{
		UserPoolID:   "eu-west-1_AbCdEfGhI",
		ClientID:     "demo",
		ClientSecret: secret("secret"),
	}
	aliceHash = "+OoUSJhUalr3YVUy5rADZBmsbE3pwNFXUKNCe34IQxs="
)

func newClient(t *testing.T, replies ...any) (*challenge.Client, *script) {
	t.Helper()
	s := &script{replies: replies}
	c := config
	c.Transport = s
	client, err := challenge.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return client, s
}

func issue(name types.ChallengeNameType, session string, params ...string) *challenge.Reply {
	values := make(map[string]string)
	for i := 0; i < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return &challenge.Reply{Challenge: name, Session: secret(session), Parameters: challenge.NewParams(values)}
}

func start(t *testing.T, client *challenge.Client) challenge.Step {
	t.Helper()
	step, err := client.Start(t.Context(), challenge.UserPassword{Username: "typed", Password: secret("pw")})
	if err != nil {
		t.Fatal(err)
	}
	return step
}

var signedIn = &challenge.Reply{Tokens: &challenge.Tokens{AccessToken: secret("access"), TokenType: "Bearer"}}

// TestDecode has the parameters that were seen or are documented for each
// challenge.
func TestDecode(t *testing.T) {
	type names = []types.ChallengeNameType
	tests := []struct {
		name  types.ChallengeNameType
		reply []string
		want  challenge.Challenge // without Issued
	}{
		{
			"SMS_MFA",
			[]string{"CODE_DELIVERY_DELIVERY_MEDIUM", "SMS", "CODE_DELIVERY_DESTINATION", "+*******9088"},
			&challenge.SMSMFA{Delivery: challenge.Delivery{Medium: "SMS", Destination: "+*******9088"}},
		},
		{
			"SMS_OTP",
			[]string{"CODE_DELIVERY_DELIVERY_MEDIUM", "SMS", "CODE_DELIVERY_DESTINATION", "+*******9088"},
			&challenge.SMSOTP{Delivery: challenge.Delivery{Medium: "SMS", Destination: "+*******9088"}},
		},
		{
			"EMAIL_OTP",
			[]string{"CODE_DELIVERY_DELIVERY_MEDIUM", "EMAIL", "CODE_DELIVERY_DESTINATION", "t***@e***"},
			&challenge.EmailOTP{Delivery: challenge.Delivery{Medium: "EMAIL", Destination: "t***@e***"}},
		},
		{"SOFTWARE_TOKEN_MFA", []string{"FRIENDLY_DEVICE_NAME", "phone"}, &challenge.SoftwareTokenMFA{DeviceName: "phone"}},
		{"SOFTWARE_TOKEN_MFA", nil, &challenge.SoftwareTokenMFA{}},
		{
			"SELECT_MFA_TYPE",
			[]string{"MFAS_CAN_CHOOSE", `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
			&challenge.SelectMFAType{CanChoose: names{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}},
		},
		{"SELECT_MFA_TYPE", []string{"MFAS_CAN_CHOOSE", "[SMS_MFA, EMAIL_OTP]"}, &challenge.SelectMFAType{CanChoose: names{"SMS_MFA", "EMAIL_OTP"}}},
		{"SELECT_MFA_TYPE", []string{"MFAS_CAN_CHOOSE", "SMS_MFA,EMAIL_OTP"}, &challenge.SelectMFAType{CanChoose: names{"SMS_MFA", "EMAIL_OTP"}}},
		{"MFA_SETUP", []string{"MFAS_CAN_SETUP", `["SOFTWARE_TOKEN_MFA"]`}, &challenge.MFASetup{CanSetup: names{"SOFTWARE_TOKEN_MFA"}}},
		{"MFA_SETUP", []string{"MFAS_CAN_SETUP", `[]`}, &challenge.MFASetup{}},
		{"MFA_SETUP", nil, &challenge.MFASetup{}},
		{
			"NEW_PASSWORD_REQUIRED",
			[]string{
				"requiredAttributes", `["userAttributes.name","userAttributes.family_name"]`,
				"userAttributes", `{"email":"a@b.c","email_verified":"true","odd":7}`,
			},
			&challenge.NewPasswordRequired{
				RequiredAttributes: []string{"name", "family_name"},
				UserAttributes:     map[string]string{"email": "a@b.c", "email_verified": "true", "odd": "7"},
			},
		},
		{
			"NEW_PASSWORD_REQUIRED",
			[]string{"requiredAttributes", "[]", "userAttributes", "{}"},
			&challenge.NewPasswordRequired{UserAttributes: map[string]string{}},
		},
		{"NEW_PASSWORD_REQUIRED", nil, &challenge.NewPasswordRequired{}},
		{
			"PASSWORD_VERIFIER",
			[]string{"SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USER_ID_FOR_SRP", "internal"},
			&challenge.PasswordVerifier{
				PasswordClaim: challenge.PasswordClaim{Salt: "0f", B: "b0", SecretBlock: secret("YmxvY2s=")},
				UserIDForSRP:  "internal",
			},
		},
		{
			"DEVICE_PASSWORD_VERIFIER",
			[]string{"SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "DEVICE_KEY", "k"},
			&challenge.DevicePasswordVerifier{PasswordClaim: challenge.PasswordClaim{Salt: "0f", B: "b0", SecretBlock: secret("YmxvY2s=")}},
		},
		{"DEVICE_SRP_AUTH", []string{"DEVICE_KEY", "k"}, &challenge.DeviceSRPAuth{}},
		{"CUSTOM_CHALLENGE", []string{"riddle", "?"}, &challenge.CustomChallenge{}},
		{"ADMIN_NO_SRP_AUTH", nil, &challenge.AdminNoSRPAuth{}},
		{"PASSWORD", nil, &challenge.Password{}},
		{"PASSWORD_SRP", nil, &challenge.PasswordSRP{}},
		{"SELECT_CHALLENGE", nil, &challenge.SelectChallenge{}},
		{
			"WEB_AUTHN",
			[]string{"CREDENTIAL_REQUEST_OPTIONS", `{"challenge":"AAEC","rpId":"example.com"}`},
			&challenge.WebAuthn{RequestOptions: `{"challenge":"AAEC","rpId":"example.com"}`},
		},
		{"VOICE_OTP", []string{"a", "b"}, &challenge.Unknown{ChallengeName: "VOICE_OTP"}},
	}
	seen := make(map[types.ChallengeNameType]bool)
	for _, tt := range tests {
		client, _ := newClient(t, issue(tt.name, "s1", tt.reply...))
		got := start(t, client).(challenge.Challenge)
		seen[got.Name()] = true

		i := challenge.IssuedOf(got)
		if !i.Session.Equal(secret("s1")) {
			t.Errorf("%s: the session is lost", tt.name)
		}
		if diff := cmp.Diff(issue(tt.name, "", tt.reply...).Parameters.Map(), i.Parameters.Map()); diff != "" {
			t.Errorf("%s: Parameters (-want +got):\n%s", tt.name, diff)
		}
		*challenge.IssuedOf(tt.want) = *i
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %q: (-want +got):\n%s", tt.name, tt.reply, diff)
		}
	}
	for _, name := range types.ChallengeNameType("").Values() {
		if !seen[name] {
			t.Errorf("%s is not decoded by any test", name)
		}
	}
}

func TestMalformedReplies(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	tests := []struct {
		name  string
		reply *challenge.Reply
		key   string
	}{
		{"nil", nil, ""},
		{"empty", &challenge.Reply{}, "ChallengeName"},
		{"both", &challenge.Reply{Tokens: signedIn.Tokens, Challenge: "SMS_MFA"}, "AuthenticationResult"},
		{"no access token", &challenge.Reply{Tokens: &challenge.Tokens{}}, "AccessToken"},
		{"list without end", issue("MFA_SETUP", "s", "MFAS_CAN_SETUP", `[SMS_MFA`), "MFAS_CAN_SETUP"},
		{"list of objects", issue("SELECT_MFA_TYPE", "s", "MFAS_CAN_CHOOSE", `[{"a":1}]`), "MFAS_CAN_CHOOSE"},
		{"huge list", issue("MFA_SETUP", "s", "MFAS_CAN_SETUP", strings.Repeat("a,", 5000)), "MFAS_CAN_SETUP"},
		{"huge JSON list", issue("MFA_SETUP", "s", "MFAS_CAN_SETUP", `["a"`+strings.Repeat(`,"a"`, 5000)+"]"), "MFAS_CAN_SETUP"},
		{"long list", issue("MFA_SETUP", "s", "MFAS_CAN_SETUP", long), "MFAS_CAN_SETUP"},
		{"attributes no object", issue("NEW_PASSWORD_REQUIRED", "s", "userAttributes", `[]`), "userAttributes"},
		{"attributes list", issue("NEW_PASSWORD_REQUIRED", "s", "requiredAttributes", `["a"`), "requiredAttributes"},
		{"options missing", issue("WEB_AUTHN", "s"), "CREDENTIAL_REQUEST_OPTIONS"},
		{"options empty", issue("WEB_AUTHN", "s", "CREDENTIAL_REQUEST_OPTIONS", "{}"), "CREDENTIAL_REQUEST_OPTIONS"},
		{"long salt", issue("PASSWORD_VERIFIER", "s", "SALT", long), "SALT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, _ := newClient(t, tt.reply)
			step, err := client.Start(t.Context(), challenge.UserPassword{Username: "u", Password: secret("p")})
			var malformed *challenge.MalformedError
			if !errors.As(err, &malformed) || step != nil {
				t.Fatalf("got %v, %v, expected a *MalformedError", step, err)
			}
			if malformed.Key != tt.key {
				t.Errorf("the error is about %q, expected %q", malformed.Key, tt.key)
			}
			if len(err.Error()) > 300 {
				t.Errorf("the text has %d characters", len(err.Error()))
			}
		})
	}
}

// TestUsernamePrecedence follows the rule of AWS's clients: USERNAME, else
// USER_ID_FOR_SRP, else what the step before had, else what was typed.
func TestUsernamePrecedence(t *testing.T) {
	client, s := newClient(t,
		issue("SMS_MFA", "s1"),
		issue("SMS_MFA", "s2", "USER_ID_FOR_SRP", "internal"),
		issue("CUSTOM_CHALLENGE", "s3"),
		issue("CUSTOM_CHALLENGE", "s4", "USERNAME", "sub", "USER_ID_FOR_SRP", "internal"),
		signedIn,
	)
	step := start(t, client)
	for i, want := range []string{"typed", "internal", "internal", "sub"} {
		ch := step.(challenge.Challenge)
		if got := challenge.IssuedOf(ch).Username; got != want {
			t.Errorf("challenge %d is for %q, expected %q", i, got, want)
		}
		switch ch := ch.(type) {
		case *challenge.SMSMFA:
			ch.Code = secret("1")
		case *challenge.CustomChallenge:
			ch.Answer = secret("1")
		}
		var err error
		if step, err = client.Respond(t.Context(), ch); err != nil {
			t.Fatal(err)
		}
		r := s.responded[i]
		if got := r.Responses.Get("USERNAME"); got != want {
			t.Errorf("answer %d is sent for %q, expected %q", i, got, want)
		}
		if got, want := r.Session.Reveal(), []string{"s1", "s2", "s3", "s4"}[i]; got != want {
			t.Errorf("answer %d has session %q, expected %q", i, got, want)
		}
	}
	if got := step.(*challenge.Tokens).Username; got != "sub" {
		t.Errorf("signed in as %q, expected the name of the last step", got)
	}
}

func TestTokensNameTheUser(t *testing.T) {
	payload := base64.RawURLEncoding.EncodeToString([]byte(`{"username":"internal","sub":"x"}`))
	for token, want := range map[string]string{
		"h." + payload + ".s": "internal",
		"h.e30.s":             "typed",
		"h.!.s":               "typed",
		"h.W10.s":             "typed",
		"opaque":              "typed",
	} {
		client, _ := newClient(t, &challenge.Reply{Tokens: &challenge.Tokens{AccessToken: secret(token)}})
		if got := start(t, client).(*challenge.Tokens).Username; got != want {
			t.Errorf("%q: got %q, expected %q", token, got, want)
		}
	}
}

func TestSecretHashGoesWithEverything(t *testing.T) {
	for name, f := range filled {
		in, err := config.AdminRespondInput(f.form())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := in.ChallengeResponses["SECRET_HASH"]; got != aliceHash {
			t.Errorf("%s: SECRET_HASH is %q, expected %q", name, got, aliceHash)
		}
		open := config
		open.ClientSecret = challenge.Secret{}
		in, err = open.AdminRespondInput(f.form())
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if hash, ok := in.ChallengeResponses["SECRET_HASH"]; ok {
			t.Errorf("%s: a client without a secret sends SECRET_HASH %q", name, hash)
		}
	}
	client, s := newClient(t, signedIn)
	if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}); err != nil {
		t.Fatal(err)
	}
	if got := s.initiated[0].Parameters.Get("SECRET_HASH"); got != aliceHash {
		t.Errorf("start: SECRET_HASH is %q, expected %q", got, aliceHash)
	}
}

func TestSelectChallengeWithoutName(t *testing.T) {
	available := []types.ChallengeNameType{"PASSWORD", "SMS_OTP"}
	client, _ := newClient(t,
		&challenge.Reply{Session: secret("s1"), AvailableChallenges: available},
		issue("SMS_OTP", "s2"),
		issue("SELECT_CHALLENGE", "s3"),
	)
	sel, ok := start(t, client).(*challenge.SelectChallenge)
	if !ok {
		t.Fatal("AvailableChallenges without ChallengeName is not a SelectChallenge")
	}
	if diff := cmp.Diff(available, sel.CanChoose); diff != "" {
		t.Error(diff)
	}
	sel.Answer = "SMS_OTP"
	step, err := client.Respond(t.Context(), sel)
	if err != nil {
		t.Fatal(err)
	}
	otp := step.(*challenge.SMSOTP)
	otp.Code = secret("1")
	if step, err = client.Respond(t.Context(), otp); err != nil {
		t.Fatal(err)
	}
	// RespondToAuthChallenge has no AvailableChallenges to return.
	if diff := cmp.Diff(available, step.(*challenge.SelectChallenge).CanChoose); diff != "" {
		t.Errorf("the list of the start is lost:\n%s", diff)
	}
}

func TestPasswordVerifierSurfacesWithoutPassword(t *testing.T) {
	client, s := newClient(t, issue("PASSWORD_VERIFIER", "", "SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USERNAME", "alice"), signedIn)
	pv, ok := start(t, client).(*challenge.PasswordVerifier)
	if !ok {
		t.Fatal("no PasswordVerifier")
	}
	pv.Signature, pv.Timestamp = secret("c2ln"), "Fri Nov 20 15:04:05 UTC 2026"
	if _, err := client.Respond(t.Context(), pv); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"USERNAME": "alice", "SECRET_HASH": aliceHash,
		"PASSWORD_CLAIM_SIGNATURE": "c2ln", "PASSWORD_CLAIM_SECRET_BLOCK": "YmxvY2s=", "TIMESTAMP": "Fri Nov 20 15:04:05 UTC 2026",
	}
	if diff := cmp.Diff(want, s.responded[0].Responses.Map()); diff != "" {
		t.Error(diff)
	}
}

func TestMalformedPasswordVerifier(t *testing.T) {
	good := map[string]string{"SALT": "0f", "SRP_B": "b0", "SECRET_BLOCK": "YmxvY2s=", "USERNAME": "alice"}
	for key, bad := range map[string]string{"SALT": "xyz", "SRP_B": "0", "SECRET_BLOCK": "not-base64"} {
		params := map[string]string{}
		for k, v := range good {
			params[k] = v
		}
		params[key] = bad
		client, s := newClient(t, &challenge.Reply{Challenge: "PASSWORD_VERIFIER", Parameters: challenge.NewParams(params)})
		_, err := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")})
		var malformed *challenge.MalformedError
		if !errors.As(err, &malformed) || malformed.Key != key || malformed.Challenge != "PASSWORD_VERIFIER" {
			t.Errorf("%s: got %v, expected a *MalformedError that names it", key, err)
		}
		if len(s.responded) > 0 {
			t.Errorf("%s: an answer was sent", key)
		}
	}
}

func TestEndlessPasswordVerifiers(t *testing.T) {
	var replies []any
	for range 100 {
		replies = append(replies, issue("PASSWORD_VERIFIER", "s", "SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USERNAME", "alice"))
	}
	client, s := newClient(t, replies...)
	step, err := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")})
	// One proof for one SRP_A: the second PASSWORD_VERIFIER is not answered.
	if _, ok := step.(*challenge.PasswordVerifier); !ok || err != nil || len(s.responded) != 1 {
		t.Errorf("got %T, %v after %d answers", step, err, len(s.responded))
	}
}

func TestSRPBeginsWithinAnAnswer(t *testing.T) {
	for _, tt := range []struct {
		name  types.ChallengeNameType
		form  func(challenge.Step)
		extra map[string]string
	}{
		{"PASSWORD_SRP", func(s challenge.Step) { s.(*challenge.PasswordSRP).Password = secret("pw") }, nil},
		{"SELECT_CHALLENGE", func(s challenge.Step) {
			c := s.(*challenge.SelectChallenge)
			c.Answer, c.Password = "PASSWORD_SRP", secret("pw")
		}, map[string]string{"ANSWER": "PASSWORD_SRP"}},
	} {
		client, s := newClient(t,
			issue(tt.name, "s1"),
			issue("PASSWORD_VERIFIER", "s2", "SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USERNAME", "alice"),
			signedIn,
		)
		step := start(t, client)
		tt.form(step)
		step, err := client.Respond(t.Context(), step.(challenge.Challenge))
		if _, ok := step.(*challenge.Tokens); !ok || err != nil {
			t.Fatalf("%s: got %T, %v", tt.name, step, err)
		}
		first, second := s.responded[0], s.responded[1]
		if len(first.Responses.Get("SRP_A")) < 700 || first.Responses.Has("PASSWORD") {
			t.Errorf("%s: answered with %v", tt.name, first.Responses)
		}
		for key, want := range tt.extra {
			if got := first.Responses.Get(key); got != want {
				t.Errorf("%s: %s is %q, expected %q", tt.name, key, got, want)
			}
		}
		if second.Challenge != "PASSWORD_VERIFIER" || second.Session.Reveal() != "s2" || second.Responses.Get("PASSWORD_CLAIM_SIGNATURE") == "" {
			t.Errorf("%s: followed by %s %v", tt.name, second.Challenge, second.Responses)
		}
	}
}

func TestRespondNil(t *testing.T) {
	client, _ := newClient(t)
	for _, ch := range []challenge.Challenge{nil, (*challenge.SMSMFA)(nil), (*challenge.PasswordSRP)(nil), (*challenge.Unknown)(nil)} {
		var invalid *challenge.InvalidError
		if _, err := client.Respond(t.Context(), ch); !errors.As(err, &invalid) {
			t.Errorf("Respond(%T(nil)): got %v", ch, err)
		}
		if _, err := config.AdminRespondInput(ch); !errors.As(err, &invalid) {
			t.Errorf("AdminRespondInput(%T(nil)): got %v", ch, err)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	good := config
	good.Transport = &script{}
	for _, tt := range []struct {
		change func(*challenge.Config)
		fields []string
	}{
		{func(c *challenge.Config) { c.UserPoolID, c.ClientID = "", "" }, []string{"UserPoolID", "ClientID"}},
		{func(c *challenge.Config) { c.UserPoolID = "AbCdEfGhI" }, []string{"UserPoolID"}},
		{func(c *challenge.Config) { c.UserPoolID = "eu-west-1_" }, []string{"UserPoolID"}},
		{func(c *challenge.Config) { c.UserPoolID = "eu-west-1_" + strings.Repeat("a", 50) }, []string{"UserPoolID"}},
		{func(c *challenge.Config) { c.ClientID = "a b" }, []string{"ClientID"}},
		{func(c *challenge.Config) { c.Transport = nil }, []string{"Transport"}},
		{func(*challenge.Config) {}, nil},
	} {
		c := good
		tt.change(&c)
		_, err := challenge.New(c)
		var fields []string
		for _, e := range joined(err) {
			fields = append(fields, e.(*challenge.InvalidError).Field)
		}
		if diff := cmp.Diff(tt.fields, fields); diff != "" {
			t.Errorf("%v: fields (-want +got):\n%s", err, diff)
		}
	}
}

func TestCanceledBeforeSending(t *testing.T) {
	client, s := newClient(t, signedIn)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func() error{
		"Start": func() error {
			_, err := client.Start(ctx, challenge.UserPassword{Username: "u", Password: secret("p")})
			return err
		},
		"Respond": func() error {
			_, err := client.Respond(ctx, &challenge.SMSMFA{Issued: issued, Code: secret("1")})
			return err
		},
	} {
		err := call()
		var e *challenge.Error
		if !errors.As(err, &e) || !errors.Is(err, context.Canceled) || e.Ambiguous || e.SessionUsable != challenge.Yes {
			t.Errorf("%s: got %v, expected an unambiguous *Error", name, err)
		}
	}
	if len(s.initiated)+len(s.responded) > 0 {
		t.Error("a call was made")
	}
}

func TestClockSignsTheProof(t *testing.T) {
	c := config
	s := &script{replies: []any{
		issue("PASSWORD_VERIFIER", "", "SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USERNAME", "alice"),
		signedIn,
	}}
	c.Transport = s
	c.Now = func() time.Time { return time.Date(2026, 2, 3, 0, 4, 5, 0, time.FixedZone("", 3600)) }
	client, err := challenge.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")}); err != nil {
		t.Fatal(err)
	}
	if got, want := s.responded[0].Responses.Get("TIMESTAMP"), "Mon Feb 2 23:04:05 UTC 2026"; got != want {
		t.Errorf("TIMESTAMP is %q, expected %q", got, want)
	}
}

// TestReadReply: a reply that the caller got is read as a Client reads its own.
func TestReadReply(t *testing.T) {
	before := challenge.Issued{Username: "typed", DeviceKey: "eu-west-1_d"}
	step, err := challenge.ReadReply(issue("SMS_MFA", "s2", "USERNAME", "alice", "CODE_DELIVERY_DESTINATION", "+*******0100"), before)
	if err != nil {
		t.Fatal(err)
	}
	asked := step.(*challenge.SMSMFA)
	if asked.Username != "alice" || asked.DeviceKey != "eu-west-1_d" || !asked.Session.Equal(secret("s2")) || asked.Delivery.Destination != "+*******0100" {
		t.Errorf("got %+v of %s", asked, asked.Username)
	}
	step, err = challenge.ReadReply(issue("SELECT_MFA_TYPE", "s3", "MFAS_CAN_CHOOSE", `["SMS_MFA"]`), asked.Issued)
	if err != nil || step.(*challenge.SelectMFAType).Username != "alice" {
		t.Errorf("the next step: %v", err)
	}
	if step, err = challenge.ReadReply(signedIn, before); err != nil || step.(*challenge.Tokens).Username != "typed" {
		t.Errorf("tokens: %v", err)
	}
	for name, reply := range map[string]*challenge.Reply{
		"none": nil, "empty": {}, "nonsense": issue("SELECT_MFA_TYPE", "s", "MFAS_CAN_CHOOSE", "{"),
	} {
		var malformed *challenge.MalformedError
		if step, err := challenge.ReadReply(reply, before); !errors.As(err, &malformed) || step != nil {
			t.Errorf("%s: got %T, %v", name, step, err)
		}
	}
}

func TestNewWantsATransport(t *testing.T) {
	for name, transport := range map[string]challenge.Transport{
		"none": nil, "a nil pointer": (*script)(nil), "Admin of none": challenge.Admin(nil), "Public of none": challenge.Public(nil),
	} {
		c := config
		c.Transport = transport
		_, err := challenge.New(c)
		if e := challenge.InvalidErrors(err); len(e) != 1 || e[0].Field != "Transport" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoOption: an option function that is nil does nothing.
func TestNoOption(t *testing.T) {
	client, s := newClient(t, signedIn)
	if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}, nil); err != nil || len(s.initiated) != 1 {
		t.Errorf("got %v", err)
	}
}
