package challenge_test

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/srp"
	"github.com/cognito-go/cognitoauth/srp/srptest"
)

var forgotten = apiError("ResourceNotFoundException", "Device does not exist.")

func withDevice(o *challenge.CallOptions) {
	o.Device = &challenge.Device{DeviceKey: "k", DeviceGroupKey: "g", Password: secret("device password")}
}

func TestForgottenDevice(t *testing.T) {
	client, s := newClient(t,
		issue("PASSWORD_VERIFIER", "", "SALT", "0f", "SRP_B", "b0", "SECRET_BLOCK", "YmxvY2s=", "USERNAME", "alice"),
		forgotten,
		issue("SMS_MFA", "s1"),
		issue("DEVICE_SRP_AUTH", "s2"),
		signedIn,
	)
	step, err := client.Start(t.Context(), challenge.UserSRP{Username: "alice", Password: secret("pw")}, withDevice)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.responded) != 2 {
		t.Fatalf("%d answers were sent, expected the proof twice", len(s.responded))
	}
	first, second := s.responded[0].Responses.Map(), s.responded[1].Responses.Map()
	if first["DEVICE_KEY"] != "k" {
		t.Error("the first proof lacks DEVICE_KEY")
	}
	delete(first, "DEVICE_KEY")
	if !challenge.NewParams(first).Equal(challenge.NewParams(second)) {
		t.Error("the second proof is not the first without DEVICE_KEY")
	}
	sms := step.(*challenge.SMSMFA)
	if !sms.ForgetDevice || sms.DeviceKey != "" {
		t.Errorf("the next step says ForgetDevice %t, DeviceKey %q", sms.ForgetDevice, sms.DeviceKey)
	}

	// The device is not brought up again, though the caller still gives it.
	sms.Code = secret("1")
	step, err = client.Respond(t.Context(), sms, withDevice)
	if err != nil {
		t.Fatal(err)
	}
	if s.responded[2].Responses.Has("DEVICE_KEY") {
		t.Error("the code is sent with DEVICE_KEY")
	}
	device, ok := step.(*challenge.DeviceSRPAuth)
	if !ok || len(s.responded) != 3 {
		t.Fatalf("got %T after %d answers", step, len(s.responded))
	}
	device.DeviceKey, device.A = "other", "0a"
	if step, err = client.Respond(t.Context(), device); err != nil {
		t.Fatal(err)
	}
	if !step.(*challenge.Tokens).ForgetDevice {
		t.Error("the tokens do not say ForgetDevice")
	}
}

func TestForgottenDeviceAtTheStart(t *testing.T) {
	client, s := newClient(t, forgotten, signedIn)
	step, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}, withDevice)
	if err != nil {
		t.Fatal(err)
	}
	if !step.(*challenge.Tokens).ForgetDevice || len(s.initiated) != 2 || s.initiated[1].Parameters.Has("DEVICE_KEY") {
		t.Errorf("got ForgetDevice %t after %d calls", step.(*challenge.Tokens).ForgetDevice, len(s.initiated))
	}
}

func TestOnlyAForgottenDeviceIsRepeated(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		opts []func(*challenge.CallOptions)
		form challenge.Challenge
	}{
		"another resource": {apiError("ResourceNotFoundException", "User pool client demo does not exist."), []func(*challenge.CallOptions){withDevice}, filled["SMS_MFA"].form()},
		"another code":     {apiError("InvalidParameterException", "Invalid device key given."), []func(*challenge.CallOptions){withDevice}, filled["SMS_MFA"].form()},
		"no device sent":   {forgotten, nil, filled["SMS_MFA"].form()},
		"a device step":    {forgotten, nil, filled["DEVICE_SRP_AUTH"].form()},
	} {
		client, s := newClient(t, tt.err, signedIn)
		_, err := client.Respond(t.Context(), tt.form, tt.opts...)
		if !errors.Is(err, tt.err) || len(s.responded) != 1 {
			t.Errorf("%s: got %v after %d answers", name, err, len(s.responded))
		}
	}
	// It is repeated once.
	client, s := newClient(t, forgotten, forgotten, signedIn)
	_, err := client.Respond(t.Context(), filled["SMS_MFA"].form(), withDevice)
	if !errors.Is(err, challenge.DeviceUnknown) || len(s.responded) != 2 {
		t.Errorf("got %v after %d answers", err, len(s.responded))
	}
}

func TestDeviceSurfacesWithoutDevice(t *testing.T) {
	for _, reply := range []*challenge.Reply{issue("DEVICE_SRP_AUTH", "s1"), issue("DEVICE_SRP_AUTH", "s1", "DEVICE_KEY", "another")} {
		client, s := newClient(t, reply)
		var opts []func(*challenge.CallOptions)
		if reply.Parameters.Has("DEVICE_KEY") {
			opts = append(opts, withDevice)
		}
		step, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")}, opts...)
		if _, ok := step.(*challenge.DeviceSRPAuth); !ok || err != nil || len(s.responded) > 0 {
			t.Errorf("got %T, %v after %d answers", step, err, len(s.responded))
		}
	}
}

// TestDeviceIsProven has srptest check the proof, with the verifier that
// ConfirmDevice registered.
func TestDeviceIsProven(t *testing.T) {
	api := &confirmAPI{}
	tokens := &challenge.Tokens{AccessToken: secret("a"), NewDevice: &challenge.NewDevice{DeviceKey: "eu-west-1_k", DeviceGroupKey: "-g"}}
	device, ask, err := challenge.ConfirmDevice(t.Context(), api, tokens, "laptop")
	if err != nil {
		t.Fatal(err)
	}
	if !ask || *api.in.DeviceName != "laptop" || *api.in.AccessToken != "a" || *api.in.DeviceKey != "eu-west-1_k" {
		t.Errorf("askUser %t, name %q, key %q", ask, *api.in.DeviceName, *api.in.DeviceKey)
	}
	salt, err := base64.StdEncoding.DecodeString(*api.in.DeviceSecretVerifierConfig.Salt)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := base64.StdEncoding.DecodeString(*api.in.DeviceSecretVerifierConfig.PasswordVerifier)
	if err != nil {
		t.Fatal(err)
	}
	server, err := srptest.NewServer(verifier)
	if err != nil {
		t.Fatal(err)
	}

	client, s := newClient(t,
		issue("DEVICE_SRP_AUTH", "s1"),
		issue("DEVICE_PASSWORD_VERIFIER", "s2", "SALT", hexOf(salt), "SRP_B", server.B(), "SECRET_BLOCK", "YmxvY2s=", "DEVICE_KEY", "eu-west-1_k"),
		signedIn,
	)
	if _, err := client.Start(t.Context(), challenge.UserPassword{Username: "alice", Password: secret("pw")},
		func(o *challenge.CallOptions) { o.Device = &device }); err != nil {
		t.Fatal(err)
	}
	first, second := s.responded[0], s.responded[1]
	if first.Session.Reveal() != "s1" || second.Session.Reveal() != "s2" || first.Responses.Get("DEVICE_KEY") != "eu-west-1_k" ||
		second.Responses.Get("DEVICE_KEY") != "eu-west-1_k" || second.Responses.Get("SECRET_HASH") != aliceHash {
		t.Errorf("answered with %v, %v", first.Responses, second.Responses)
	}
	ch := srp.Challenge{Scope: "-g", Identity: "eu-west-1_k", Salt: hexOf(salt), B: server.B(), SecretBlock: "YmxvY2s="}
	err = server.Verify(first.Responses.Get("SRP_A"), ch, second.Responses.Get("TIMESTAMP"), second.Responses.Get("PASSWORD_CLAIM_SIGNATURE"))
	if err != nil {
		t.Errorf("the proof is wrong: %v", err)
	}
}

type confirmAPI struct{ in *cip.ConfirmDeviceInput }

func (c *confirmAPI) ConfirmDevice(_ context.Context, in *cip.ConfirmDeviceInput, _ ...func(*cip.Options)) (*cip.ConfirmDeviceOutput, error) {
	c.in = in
	return &cip.ConfirmDeviceOutput{UserConfirmationNecessary: true}, nil
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, c := range b {
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

func TestConfirmDeviceIsChecked(t *testing.T) {
	good := challenge.NewDevice{DeviceKey: "k", DeviceGroupKey: "g"}
	for name, tokens := range map[string]*challenge.Tokens{
		"nil":       nil,
		"no device": {AccessToken: secret("a")},
		"no token":  {NewDevice: &good},
	} {
		api := &confirmAPI{}
		_, _, err := challenge.ConfirmDevice(t.Context(), api, tokens, "")
		var invalid *challenge.InvalidError
		if !errors.As(err, &invalid) || api.in != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	var malformed *challenge.MalformedError
	_, _, err := challenge.ConfirmDevice(t.Context(), &confirmAPI{}, &challenge.Tokens{AccessToken: secret("a"), NewDevice: &challenge.NewDevice{}}, "")
	if !errors.As(err, &malformed) {
		t.Errorf("empty metadata: got %v", err)
	}
}

func TestStoredDevice(t *testing.T) {
	d := challenge.Device{DeviceKey: "eu-west-1_k", DeviceGroupKey: "-g", Password: secret(`p"w`)}
	text := d.Encode()
	if want := `{"v":1,"device_key":"eu-west-1_k","device_group_key":"-g","password":"p\"w"}`; text.Reveal() != want {
		t.Errorf("stored as %s, expected %s", text.Reveal(), want)
	}
	got, err := challenge.ParseDevice(text)
	if err != nil || got.DeviceKey != d.DeviceKey || got.DeviceGroupKey != d.DeviceGroupKey || !got.Password.Equal(d.Password) {
		t.Errorf("read %+v, %v", got, err)
	}
	for _, bad := range []string{
		"", "{", "null", "[]", `{"v":2,"device_key":"k","device_group_key":"g","password":"p"}`,
		`{"v":1,"device_key":"","device_group_key":"g","password":"p"}`,
		`{"v":1,"device_key":"k","password":"p"}`,
		`{"v":1,"device_key":"k","device_group_key":"g"}`,
		`{"v":1,"device_key":"` + strings.Repeat("k", 5000) + `","device_group_key":"g","password":"p"}`,
	} {
		var invalid *challenge.InvalidError
		if _, err := challenge.ParseDevice(secret(bad)); !errors.As(err, &invalid) {
			t.Errorf("%.60q: got %v", bad, err)
		}
	}
}
