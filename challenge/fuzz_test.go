package challenge_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// FuzzReply has a service that says anything: a sign-in ends in a step or in
// one of the package's errors, and never in a panic.
func FuzzReply(f *testing.F) {
	for _, name := range types.ChallengeNameType("").Values() {
		f.Add(string(name), "session", "USERNAME", "alice", "MFAS_CAN_SETUP", `["SOFTWARE_TOKEN_MFA"]`)
		f.Add(string(name), "", "MFAS_CAN_CHOOSE", "[SMS_MFA,EMAIL_OTP]", "requiredAttributes", `["userAttributes.name"]`)
		f.Add(string(name), "session", "userAttributes", `{"email":"a@b.c","x":7}`, "CREDENTIAL_REQUEST_OPTIONS", `{"challenge":"AAEC"}`)
		f.Add(string(name), "session", "SALT", "0f", "SRP_B", "b0")
		f.Add(string(name), "session", "SECRET_BLOCK", "YmxvY2s=", "DEVICE_KEY", "eu-west-1_k")
	}
	f.Add("", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, name, session, key1, value1, key2, value2 string) {
		reply := &challenge.Reply{
			Challenge: types.ChallengeNameType(name),
			Session:   secret(session),
			Parameters: challenge.NewParams(map[string]string{
				"SALT": "0f", "SRP_B": "b0", "SECRET_BLOCK": "YmxvY2s=", "USERNAME": "alice", // so that a proof is possible
				key1: value1, key2: value2,
			}),
		}
		client, s := newClient(t, reply, signedIn)
		var flow challenge.Flow = challenge.UserPassword{Username: "alice", Password: secret("pw")}
		if name == "PASSWORD_VERIFIER" {
			flow = challenge.UserSRP{Username: "alice", Password: secret("pw")}
		}
		step, err := client.Start(t.Context(), flow, withDevice)
		if err != nil {
			if !ours(err) || step != nil {
				t.Fatalf("got %T, %T: %v", step, err, err)
			}
			if len(err.Error()) > 1000 {
				t.Fatalf("an error of %d characters", len(err.Error()))
			}
			return
		}
		ch, ok := step.(challenge.Challenge)
		if !ok {
			return // the proof was given, and the next reply had tokens
		}
		i := challenge.IssuedOf(ch)
		if !i.Session.Equal(reply.Session) || !i.Parameters.Equal(reply.Parameters) {
			t.Fatal("something of the reply is lost")
		}
		if ch.Name() != reply.Challenge {
			t.Fatalf("%q became %q", reply.Challenge, ch.Name())
		}
		answers := len(s.responded)
		if _, err := client.Respond(t.Context(), ch); err != nil && !ours(err) {
			t.Fatalf("an unfilled form: got %T: %v", err, err)
		} else if err != nil && len(s.responded) > answers {
			t.Fatalf("an invalid form was sent: %v", err)
		}
	})
}

func ours(err error) bool {
	var (
		invalid   *challenge.InvalidError
		malformed *challenge.MalformedError
		refused   *challenge.Error
	)
	return errors.As(err, &invalid) || errors.As(err, &malformed) || errors.As(err, &refused)
}

// FuzzCredential: whatever a browser hands over is sent unchanged or refused.
func FuzzCredential(f *testing.F) {
	f.Add(passkey)
	f.Add(`{"type":"public-key"}`)
	f.Add("null")
	f.Fuzz(func(t *testing.T, credential string) {
		got, err := (&challenge.WebAuthn{Issued: issued, Credential: secret(credential)}).ChallengeResponses()
		if err != nil {
			var invalid *challenge.InvalidError
			if !errors.As(err, &invalid) || invalid.Key != "CREDENTIAL" {
				t.Fatalf("got %v", err)
			}
			return
		}
		if got["CREDENTIAL"] != credential {
			t.Fatal("the credential is changed")
		}
	})
}

// FuzzNewPassword: attributes of any name and value are sent under their key
// or refused.
func FuzzNewPassword(f *testing.F) {
	f.Add("Pa$$w0rd", "name", "Alice", "email")
	f.Add("", "userAttributes.name", "", "name")
	f.Add("p", "email_verified", "true", "sub")
	f.Fuzz(func(t *testing.T, password, name, value, required string) {
		ch := &challenge.NewPasswordRequired{
			Issued: issued, NewPassword: secret(password),
			Attributes: map[string]string{name: value}, RequiredAttributes: []string{required},
		}
		got, err := ch.ChallengeResponses()
		if err != nil {
			for _, e := range joined(err) {
				if !ours(e) {
					t.Fatalf("got %T: %v", e, e)
				}
			}
			return
		}
		if got["NEW_PASSWORD"] != password || got["userAttributes."+name] != value || name != required || len(got) != 3 {
			t.Fatalf("sent with the keys %v", challenge.NewParams(got))
		}
	})
}

// FuzzParseDevice: what is read is what would be stored.
func FuzzParseDevice(f *testing.F) {
	f.Add(`{"v":1,"device_key":"eu-west-1_k","device_group_key":"-g","password":"p\"w"}`)
	f.Add(`{"v":2}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := challenge.ParseDevice(secret(text))
		if err != nil {
			if !ours(err) {
				t.Fatalf("got %T: %v", err, err)
			}
			return
		}
		again, err := challenge.ParseDevice(d.Encode())
		if err != nil || again.DeviceKey != d.DeviceKey || again.DeviceGroupKey != d.DeviceGroupKey || !again.Password.Equal(d.Password) {
			t.Fatalf("stored and read again: %v", err)
		}
	})
}
