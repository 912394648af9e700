package fakepool

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge/challengetest"
)

func TestParse(t *testing.T) {
	t.Parallel()
	config, err := parse([]byte(`{
		"user_pool_id": "eu-west-1_Demo12345", "mfa": "ON",
		"second_factors": ["SMS_MFA", "EMAIL_OTP"], "first_factors": ["PASSWORD", "SMS_OTP"],
		"web_authn": {"relying_party_id": "example.com", "user_verification": "required"},
		"custom": {"question": "What is 6 times 7?", "answer": "forty-two"},
		"device_configuration": {"challenge_required_on_new_device": true, "device_only_remembered_on_user_prompt": true},
		"password_policy": {"minimum_length": 12, "require_symbols": false},
		"username_attributes": ["email"], "alias_attributes": ["phone_number"],
		"clients": [
			{"client_id": "demo", "client_secret": "s3cret", "auth_flows": ["ALLOW_USER_SRP_AUTH"],
				"auth_session_validity": "90s", "prevent_user_existence_errors": "ENABLED",
				"refresh_token_rotation": {"feature": "ENABLED", "retry_grace_period_seconds": 10},
				"disable_token_revocation": true},
			{"client_id": "open"}
		],
		"users": [{
			"username": "alice", "password": "Passw0rd!", "temporary": true,
			"attributes": {"email": "a@example.com"}, "required_attributes": ["name"],
			"mfa": ["SMS_MFA", "EMAIL_OTP"], "preferred_mfa": "SMS_MFA", "totp_secret": "JBSWY3DPEHPK3PXP",
			"sub": "5e1f"
		}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(config.Clients) != 2 || len(config.Users) != 1 {
		t.Fatalf("got %d clients and %d users, want 2 and 1", len(config.Clients), len(config.Users))
	}
	demo, open, alice := config.Clients[0], config.Clients[1], config.Users[0]
	devices, policy, rotation := config.DeviceConfiguration, config.PasswordPolicy, demo.RefreshTokenRotation
	if devices == nil || policy == nil || rotation == nil {
		t.Fatalf("got device_configuration %v, password_policy %v and refresh_token_rotation %v, want all", devices, policy, rotation)
	}
	for field, ok := range map[string]bool{
		"user_pool_id":                 config.UserPoolID == "eu-west-1_Demo12345",
		"mfa":                          config.MFA == types.UserPoolMfaTypeOn,
		"second_factors":               slices.Equal(config.SecondFactors, []types.ChallengeNameType{"SMS_MFA", "EMAIL_OTP"}),
		"first_factors":                slices.Equal(config.FirstFactors, []types.AuthFactorType{"PASSWORD", "SMS_OTP"}),
		"web_authn.relying_party_id":   aws.ToString(config.WebAuthn.RelyingPartyId) == "example.com",
		"web_authn.user_verification":  config.WebAuthn.UserVerification == "required",
		"device_configuration":         devices.ChallengeRequiredOnNewDevice && devices.DeviceOnlyRememberedOnUserPrompt,
		"password_policy":              aws.ToInt32(policy.MinimumLength) == 12 && !policy.RequireSymbols,
		"password_policy, by default":  policy.RequireLowercase && policy.RequireUppercase && policy.RequireNumbers,
		"username_attributes":          slices.Equal(config.UsernameAttributes, []types.UsernameAttributeType{"email"}),
		"alias_attributes":             slices.Equal(config.AliasAttributes, []types.AliasAttributeType{"phone_number"}),
		"clients[0].client_id":         demo.ID == "demo",
		"clients[0].client_secret":     demo.Secret.Reveal() == "s3cret",
		"clients[0].auth_flows":        slices.Equal(demo.AuthFlows, []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH"}),
		"clients[0].session_validity":  demo.AuthSessionValidity == 90*time.Second,
		"clients[0].existence_errors":  demo.PreventUserExistenceErrors == "ENABLED",
		"clients[0].rotation":          rotation.Feature == "ENABLED" && aws.ToInt32(rotation.RetryGracePeriodSeconds) == 10,
		"clients[0].revocation":        demo.DisableTokenRevocation,
		"clients[1].rotation":          open.RefreshTokenRotation == nil,
		"clients[1].client_secret":     open.Secret.IsZero(),
		"clients[1].auth_flows":        slices.Equal(open.AuthFlows, types.ExplicitAuthFlowsType("").Values()),
		"users[0].username":            alice.Username == "alice",
		"users[0].password":            alice.Password.Reveal() == "Passw0rd!",
		"users[0].temporary":           alice.Temporary,
		"users[0].attributes":          len(alice.Attributes) == 1 && alice.Attributes["email"] == "a@example.com",
		"users[0].required_attributes": slices.Equal(alice.RequiredAttributes, []string{"name"}),
		"users[0].mfa":                 slices.Equal(alice.MFA, []types.ChallengeNameType{"SMS_MFA", "EMAIL_OTP"}),
		"users[0].preferred_mfa":       alice.PreferredMFA == "SMS_MFA",
		"users[0].totp_secret":         alice.TOTPSecret.Reveal() == "JBSWY3DPEHPK3PXP",
		"users[0].sub":                 alice.Sub == "5e1f",
	} {
		if !ok {
			t.Errorf("%s is not what the config says", field)
		}
	}
}

func TestExampleConfig(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../fakepool/pool.json")
	if err != nil {
		t.Fatal(err)
	}
	config, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := challengetest.NewPool(config); err != nil {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for _, test := range []struct {
		config string
		want   []string // what a line of standard error begins with, each
	}{
		{`{`, []string{"config: line 1: "}},
		{"{\n\"users\":\n[}", []string{"config: line 3: "}},
		{`{} {}`, []string{"config: line 1: "}},
		{`[]`, []string{"config: expected an object"}},
		{`null`, []string{"config: expected an object"}},
		{`{"user_pool": "x"}`, []string{"user_pool: unknown field; there are alias_attributes, clients, "}},
		{`{"User_Pool_ID": "x"}`, []string{"User_Pool_ID: unknown field"}},
		{`{"user_pool_id": 1}`, []string{"user_pool_id: expected a string"}},
		{`{"user_pool_id": null}`, []string{"user_pool_id: expected a string"}},
		{`{"user_pool_id": "demo"}`, []string{"user_pool_id: "}},
		{`{"mfa": "sometimes"}`, []string{"mfa: "}},
		{`{"username_attributes": ["shoe_size"]}`, []string{"username_attributes[0]: "}},
		{`{"alias_attributes": "email"}`, []string{"alias_attributes: expected a list"}},
		{`{"alias_attributes": ["email", null]}`, []string{"alias_attributes[1]: expected a string"}},
		{`{"second_factors": ["FAX"]}`, []string{"second_factors[0]: "}},
		{`{"first_factors": []}`, []string{"first_factors: "}},
		{`{"first_factors": ["PASSWORD", "PASSWORD_SRP"]}`, []string{"first_factors[1]: "}},
		{`{"web_authn": "localhost"}`, []string{"web_authn: expected an object"}},
		{`{"web_authn": {"relying_party_id": "http://localhost"}}`, []string{"web_authn.relying_party_id: "}},
		{`{"web_authn": {"user_verification": "never"}}`, []string{"web_authn.user_verification: "}},
		{`{"custom": "hunter2"}`, []string{"custom: expected an object"}},
		{`{"custom": {"riddle": "hunter2"}}`, []string{"custom.riddle: unknown field; there are answer, question"}},
		{`{"custom": {"question": "?", "answer": ["hunter2"]}}`, []string{"custom.answer: expected a string"}},
		{`{"custom": {"answer": "hunter2"}}`, []string{"custom.question: missing"}},
		{`{"custom": {}}`, []string{"custom.question: missing", "custom.answer: missing"}},
		{`{"device_configuration": null}`, []string{"device_configuration: expected an object"}},
		{`{"device_configuration": {"challenge_required_on_new_device": 1}}`, []string{"device_configuration.challenge_required_on_new_device: expected true or false"}},
		{`{"device_configuration": {"remembered": true}}`, []string{"device_configuration.remembered: unknown field"}},
		{`{"password_policy": {"minimum_length": -1}}`, []string{"password_policy.minimum_length: expected a whole number"}},
		{`{"password_policy": {"minimum_length": 1.5, "require_numbers": "no"}}`, []string{"password_policy.minimum_length: ", "password_policy.require_numbers: "}},
		{`{"clients": [{"client_id": "a", "auth_session_validity": 3}]}`, []string{"clients[0].auth_session_validity: expected a duration such as "}},
		{`{"clients": [{"client_id": "a", "auth_session_validity": "soon"}]}`, []string{"clients[0].auth_session_validity: expected a duration such as "}},
		{`{"clients": [{"client_id": "a", "auth_session_validity": "-3m"}]}`, []string{"clients[0].auth_session_validity: negative"}},
		{`{"clients": [{"client_id": "a", "prevent_user_existence_errors": "MAYBE"}]}`, []string{"clients[0].prevent_user_existence_errors: "}},
		{`{"clients": [{"client_id": "a", "refresh_token_rotation": true}]}`, []string{"clients[0].refresh_token_rotation: expected an object"}},
		{`{"clients": [{"client_id": "a", "refresh_token_rotation": {}}]}`, []string{"clients[0].refresh_token_rotation: "}},
		{`{"clients": [{"client_id": "a", "refresh_token_rotation": {"feature": "ENABLED", "retry_grace_period_seconds": 61}}]}`, []string{"clients[0].refresh_token_rotation: "}},
		{`{"clients": [{"client_id": "a", "disable_token_revocation": "no"}]}`, []string{"clients[0].disable_token_revocation: expected true or false"}},
		{`{"users": [{"username": "a", "sub": 1}]}`, []string{"users[0].sub: expected a string"}},
		{`{"clients": {}}`, []string{"clients: expected a list"}},
		{`{"clients": [{}]}`, []string{"clients[0].client_id: "}},
		{`{"clients": ["demo"]}`, []string{"clients[0]: expected an object"}},
		{`{"clients": [{"client_id": "a"}, {"client_id": "b", "secret": "hunter2"}]}`, []string{"clients[1].secret: unknown field"}},
		{`{"clients": [{"client_id": "a", "client_secret": ["hunter2"]}]}`, []string{"clients[0].client_secret: expected a string"}},
		{`{"clients": [{"client_id": "a", "auth_flows": ["ALLOW_ALL"]}]}`, []string{"clients[0].auth_flows: "}},
		{`{"users": [{"username": ""}]}`, []string{"users[0].username: "}},
		{`{"users": [{"username": "a", "password": "hunter2"}, {"username": "a"}]}`, []string{"users[1].username: "}},
		{`{"users": [{"username": "a", "password": {"hunter2": 1}}]}`, []string{"users[0].password: expected a string"}},
		{`{"users": [{"username": "a", "temporary": "yes"}]}`, []string{"users[0].temporary: expected true or false"}},
		{`{"users": [{"username": "a", "attributes": ["name"]}]}`, []string{"users[0].attributes: expected an object of strings"}},
		{`{"users": [{"username": "a", "attributes": {"name": null}}]}`, []string{"users[0].attributes.name: expected a string"}},
		{`{"users": [{"username": "a", "required_attributes": [1]}]}`, []string{"users[0].required_attributes[0]: expected a string"}},
		{`{"users": [{"username": "a", "mfa": ["SMS_MFA"]}]}`, []string{"users[0].mfa: "}},
		{`{"users": [{"username": "a", "preferred_mfa": "SMS_MFA"}]}`, []string{"users[0].preferred_mfa: "}},
		{`{"users": [{"username": "a", "totp_secret": "hunter2!"}]}`, []string{"users[0].totp_secret: "}},
		{
			`{"clients": [{}], "users": [{"username": "a", "mfa": ["FAX"]}]}`,
			[]string{"clients[0].client_id: ", "users[0].mfa: "},
		},
		{
			`{"usr": 1, "users": [{"username": "a"}, {"user": 1, "password": 2}]}`,
			[]string{"users[1].password: ", "users[1].user: ", "usr: "},
		},
	} {
		t.Run(test.config, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "pool.json")
			if err := os.WriteFile(file, []byte(test.config), 0o600); err != nil {
				t.Fatal(err)
			}
			checkMisuse(t, []string{"-config", file}, secret, test.want)
		})
	}

	for name, test := range map[string]struct{ args, want []string }{
		"no config":     {nil, []string{"-config is missing"}},
		"no such file":  {[]string{"-config", "no-such-file.json"}, []string{"open no-such-file.json: "}},
		"unknown flag":  {[]string{"-port", "1"}, []string{"flag provided but not defined: -port"}},
		"argument":      {[]string{"-config", "x", "y"}, []string{`unexpected argument "y"`}},
		"flag, no name": {[]string{"-config"}, []string{"flag needs an argument: -config"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkMisuse(t, test.args, secret, test.want)
		})
	}
}

// checkMisuse checks that the program refuses args with exit status 2, and says
// why without the secret.
func checkMisuse(t *testing.T, args []string, secret string, want []string) {
	t.Helper()
	// A config that is not refused is served no longer than that.
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	var stdout, stderr strings.Builder
	if status := Run(ctx, args, &stdout, &stderr); status != 2 {
		t.Errorf("got exit status %d, want 2", status)
	}
	if stdout.Len() > 0 {
		t.Errorf("got standard output %q, want none", &stdout)
	}
	lines := strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n")
	if len(lines) != len(want) {
		t.Fatalf("got %d lines on standard error, want %d:\n%s", len(lines), len(want), &stderr)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, "fakepool: "+want[i]) {
			t.Errorf("got %q, want it to begin with %q", line, "fakepool: "+want[i])
		}
	}
	if strings.Contains(stderr.String(), secret) {
		t.Errorf("a secret is in %q", &stderr)
	}
}
