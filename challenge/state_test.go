package challenge_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"github.com/cognito-go/cognitoauth/challenge"
)

var update = flag.Bool("update", false, "write the golden files of stored challenges anew")

// storable has each challenge as Cognito may issue it.
func storable(t *testing.T) map[types.ChallengeNameType]challenge.Challenge {
	t.Helper()
	params := map[types.ChallengeNameType][]string{
		"SMS_MFA":                  {"CODE_DELIVERY_DELIVERY_MEDIUM", "SMS", "CODE_DELIVERY_DESTINATION", "+*******9088"},
		"SMS_OTP":                  {"CODE_DELIVERY_DELIVERY_MEDIUM", "SMS", "CODE_DELIVERY_DESTINATION", "+*******9088"},
		"EMAIL_OTP":                {"CODE_DELIVERY_DELIVERY_MEDIUM", "EMAIL", "CODE_DELIVERY_DESTINATION", "t***@e***"},
		"SOFTWARE_TOKEN_MFA":       {"FRIENDLY_DEVICE_NAME", "phone"},
		"SELECT_MFA_TYPE":          {"MFAS_CAN_CHOOSE", `["SMS_MFA","SOFTWARE_TOKEN_MFA"]`},
		"MFA_SETUP":                {"MFAS_CAN_SETUP", `["SOFTWARE_TOKEN_MFA"]`},
		"NEW_PASSWORD_REQUIRED":    {"requiredAttributes", `["userAttributes.name"]`, "userAttributes", `{"email":"a@b.c"}`},
		"PASSWORD_VERIFIER":        {"SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USER_ID_FOR_SRP", "alice"},
		"DEVICE_PASSWORD_VERIFIER": {"SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "DEVICE_KEY", "eu-west-1_k"},
		"CUSTOM_CHALLENGE":         {"USERNAME", "alice", "riddle", "What has \"keys\"?"},
		"WEB_AUTHN":                {"CREDENTIAL_REQUEST_OPTIONS", `{"challenge":"AAEC"}`},
	}
	challenges := make(map[types.ChallengeNameType]challenge.Challenge)
	for _, name := range types.ChallengeNameType("").Values() {
		reply := issue(name, "the session", params[name]...)
		reply.AvailableChallenges = []types.ChallengeNameType{"PASSWORD", "SMS_OTP"}
		client, _ := newClient(t, reply)
		challenges[name] = start(t, client).(challenge.Challenge)
		challenge.IssuedOf(challenges[name]).DeviceKey = "eu-west-1_k"
	}
	return challenges
}

func TestMarshal(t *testing.T) {
	for name, ch := range storable(t) {
		data, err := challenge.Marshal(ch)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := challenge.Unmarshal(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(ch, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
}

// TestGolden reads what earlier releases stored. A file is never written anew
// for a version that was released; add a directory for the new one.
func TestGolden(t *testing.T) {
	dir := filepath.Join("testdata", "state", "v1")
	challenges := storable(t)
	if *update {
		for name, ch := range challenges {
			data, err := challenge.Marshal(ch)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, string(name)+".json"), append(data, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, ch := range challenges {
		data, err := os.ReadFile(filepath.Join(dir, string(name)+".json"))
		if err != nil {
			t.Error(err)
			continue
		}
		got, err := challenge.Unmarshal(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(ch, got); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
	}
}

func TestMarshalLeavesOutWhatWasFilledIn(t *testing.T) {
	for name, f := range filled {
		ch := f.form()
		want, err := ch.ChallengeResponses()
		if err != nil {
			t.Fatal(err)
		}
		data, err := challenge.Marshal(ch)
		if err != nil {
			t.Fatal(err)
		}
		for key, value := range want {
			if key != "USERNAME" && key != "DEVICE_KEY" && strings.Contains(string(data), value) {
				t.Errorf("%s: the stored form holds %s", name, key)
			}
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	for name, data := range map[string]string{
		"nothing":             ``,
		"null":                `null`,
		"no JSON":             `{"v":1`,
		"another type":        `{"v":1,"challenge":5}`,
		"a later version":     `{"v":2,"challenge":"SMS_MFA","username":"alice","session":"s"}`,
		"no version":          `{"challenge":"SMS_MFA","username":"alice"}`,
		"an unknown one":      `{"v":1,"challenge":"VOICE_OTP","username":"alice"}`,
		"a huge one":          `{"v":1,"challenge":"SMS_MFA","username":"` + strings.Repeat("a", 1<<20) + `"}`,
		"malformed parameter": `{"v":1,"challenge":"MFA_SETUP","parameters":{"MFAS_CAN_SETUP":"["}}`,
	} {
		if ch, err := challenge.Unmarshal([]byte(data)); ch != nil || !ours(err) {
			t.Errorf("%s: got %v, %v", name, ch, err)
		}
	}
	// What a later release of the same version adds is ignored.
	if _, err := challenge.Unmarshal([]byte(`{"v":1,"challenge":"SMS_MFA","username":"alice","session":"s","new":true}`)); err != nil {
		t.Error(err)
	}
	var invalid *challenge.InvalidError
	for _, ch := range []challenge.Challenge{nil, (*challenge.SMSMFA)(nil), &challenge.Unknown{ChallengeName: "VOICE_OTP"}} {
		if _, err := challenge.Marshal(ch); !errors.As(err, &invalid) {
			t.Errorf("Marshal(%v): %v", ch, err)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(`{"v":1,"challenge":"SMS_MFA","username":"alice","session":"s","parameters":{"CODE_DELIVERY_DESTINATION":"x"}}`))
	f.Add([]byte(`{"v":1,"challenge":"NEW_PASSWORD_REQUIRED","parameters":{"requiredAttributes":"[]"}}`))
	f.Add([]byte(`{"v":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ch, err := challenge.Unmarshal(data)
		if err != nil {
			if !ours(err) {
				t.Fatalf("got %T: %v", err, err)
			}
			return
		}
		stored, err := challenge.Marshal(ch)
		if err != nil {
			t.Fatal(err)
		}
		again, err := challenge.Unmarshal(stored)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ch, again); diff != "" {
			t.Fatal(diff)
		}
	})
}
